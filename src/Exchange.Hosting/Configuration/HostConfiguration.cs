using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Exchange.Hosting.Configuration;

/// <summary>Where hosts read their settings: a JSON file named by <c>--config</c>, and over it environment variables with the prefix <c>EXCHANGE_</c>.</summary>
public static class HostConfiguration
{
    public const string Prefix = "EXCHANGE_";

    /// <param name="file">Path of a JSON file, or null. A file that is named must exist.</param>
    /// <param name="values">Settings over all others, for hosts that are composed by a program.</param>
    public static IConfigurationRoot Load(string? file, IEnumerable<KeyValuePair<string, string?>>? values = null)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null) builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        builder.AddEnvironmentVariables(Prefix);
        if (values is not null) builder.AddInMemoryCollection(values);
        return builder.Build();
    }

    /// <summary>
    /// Binds a section to its options. When the host starts, the values are checked against the annotations, and every key below the first part of
    /// <paramref name="section"/> (such as <c>Catalog</c>) that no options class knows is an error; all findings are reported together.
    /// </summary>
    /// <param name="name">Name of the options instance, where a class is bound to several sections in one process.</param>
    public static OptionsBuilder<TOptions> AddHostOptions<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.All)] TOptions>(
        this IServiceCollection services, IConfiguration configuration, string section, string? name = null)
        where TOptions : class
    {
        services.AddSingleton(new KnownSection(configuration, section, typeof(TOptions)));
        if (!services.Any(s => s.ImplementationType == typeof(UnknownSettings)))
        {
            services.AddSingleton<IValidateOptions<SettingsReview>, UnknownSettings>();
            services.AddOptions<SettingsReview>().ValidateOnStart();
        }
        return services.AddOptions<TOptions>(name).Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
    }

    /// <summary>Reads a section at composition time, checked against its annotations.</summary>
    /// <exception cref="OptionsValidationException">The values do not fit; every finding is listed.</exception>
    public static TOptions ReadOptions<TOptions>(this IConfiguration configuration, string section)
        where TOptions : class, new()
    {
        var options = configuration.GetSection(section).Get<TOptions>() ?? new TOptions();
        var findings = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), findings, validateAllProperties: true))
            throw new OptionsValidationException(section, typeof(TOptions), findings.Select(f => $"{section}: {f.ErrorMessage}"));
        return options;
    }
}
