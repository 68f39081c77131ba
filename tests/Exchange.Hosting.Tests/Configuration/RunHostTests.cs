using System.Net.Sockets;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Exchange.Hosting.Tests.Configuration;

public sealed class RunHostTests
{
    public static TheoryData<Exception, int> Failures => new()
    {
        { new OptionsValidationException("Bus", typeof(BusOptions), ["wrong"]), RunHost.Misconfigured },
        { new AggregateException(new OptionsValidationException("Bus", typeof(BusOptions), ["wrong"])), RunHost.Misconfigured },
        { new FileNotFoundException("gone"), RunHost.Misconfigured },
        { new NpgsqlException("lost", new SocketException()), RunHost.Unavailable },
        { new TransportUnavailableException("lost"), RunHost.Unavailable },
        { new InvalidOperationException("bug"), RunHost.Failure },
        { new OperationCanceledException("nobody asked for it"), RunHost.Failure },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Verb_Throws_ExitCodeTellsWhatToDo(Exception failure, int exitCode) =>
        Assert.Equal(exitCode, await RunHost.VerbAsync(_ => throw failure));

    [Fact]
    public async Task Verb_Answers_ItsOwnExitCode() => Assert.Equal(7, await RunHost.VerbAsync(_ => Task.FromResult(7)));
}
