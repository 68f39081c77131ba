using Exchange.Gateway.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Exchange.Gateway.Description;

/// <summary>Makes the OpenAPI 3.1 document of the routes from their descriptions.</summary>
internal static class OpenApiDocuments
{
    private const string Scheme = "exchange";

    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Exchange gateway",
                Version = "1",
                Description = "政务数据共享交换网关 / The gateway of a government data-sharing exchange. 错误遵循 RFC 9457 / Errors are RFC 9457 problems; their type leads to /errors/{name}.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
            document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.OAuth2,
                Flows = new OpenApiOAuthFlows
                {
                    ClientCredentials = new OpenApiOAuthFlow { TokenUrl = new Uri("/oauth/token", UriKind.Relative), Scopes = new Dictionary<string, string>(StringComparer.Ordinal) },
                },
            };
            AddHealth(document, "/livez", "进程存活 / The process answers");
            AddHealth(document, "/readyz", "可提供服务 / It can do its work");
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RouteDescription>().FirstOrDefault() is { } description)
                Apply(operation, description, context.Document!);
            return Task.CompletedTask;
        });
    }

    private static void Apply(OpenApiOperation operation, RouteDescription description, OpenApiDocument document)
    {
        operation.Summary = $"{description.Zh} / {description.En}";
        operation.Tags = null;
        foreach (var parameter in description.Parameters)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.InHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Description = parameter.Text,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        if (description.Bodies.Count > 0)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = description.Bodies.ToDictionary(b => b, _ => new OpenApiMediaType(), StringComparer.Ordinal),
            };
        }

        operation.Responses = new OpenApiResponses
        {
            [$"{description.Status}"] = new OpenApiResponse
            {
                Description = description.En,
                Content = description.Status == StatusCodes.Status204NoContent
                    ? null
                    : description.Answers.ToDictionary(a => a, _ => new OpenApiMediaType(), StringComparer.Ordinal),
            },
            ["default"] = new OpenApiResponse
            {
                Description = "RFC 9457",
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Problem.MediaType] = new() },
            },
        };
        if (description.NeedsToken)
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
    }

    private static void AddHealth(OpenApiDocument document, string path, string summary) => document.Paths.Add(path, new OpenApiPathItem
    {
        Operations = new Dictionary<HttpMethod, OpenApiOperation>
        {
            [HttpMethod.Get] = new()
            {
                Summary = summary,
                Responses = new OpenApiResponses { ["200"] = new OpenApiResponse { Description = summary }, ["503"] = new OpenApiResponse { Description = summary } },
            },
        },
    });
}
