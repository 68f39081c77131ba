using Exchange.Standalone.Departments;
using Exchange.Standalone.Platform;
using Exchange.Standalone.Sample;

namespace Exchange.Standalone.Demonstration;

/// <summary>All servers of a demonstration: the exchange, two departments with clusters of their own, one with a folder.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly DemonstrationOptions _options;
    private readonly Narrator _narrator;
    private readonly TimeProvider _clock;
    private readonly Cast _cast;
    private readonly AdapterYard _adapters;

    private Scene(DemonstrationOptions options, Narrator narrator, TimeProvider clock, Cast cast)
    {
        (_options, _narrator, _clock, _cast) = (options, narrator, clock, cast);
        _adapters = new AdapterYard(cast.Platform, new AdapterSites(
            cast.Folder.Adapters, cast.CivilAffairs.Folder, MarketRegulation.Table, cast.RegisterServer.ConnectionString, cast.CentreServer.ConnectionString));
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = cast.Platform.Gateway, Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Http { get; }

    public static async Task<Scene> SetAsync(
        DemonstrationOptions options, ExchangeFolder folder, string divisionList, Narrator narrator, TimeProvider clock, CancellationToken cancellation)
    {
        narrator.Chapter(0, options.Distributed
            ? new("搭建环境：RabbitMQ、目录服务、网关、适配器各为独立进程，三套 PostgreSQL", "Setting the stage: RabbitMQ, catalogue, gateway and adapters as processes of their own, three PostgreSQL clusters")
            : new("搭建环境：平台在一个进程中，三套 PostgreSQL", "Setting the stage: the platform in one process, three PostgreSQL clusters"));
        var divisions = Divisions.Read(divisionList, options.Divisions);
        var maker = Demonstration.Maker(divisions);
        Task<IPlatform>? platform = null;
        Task<(DepartmentServer Server, MarketRegulation Bureau)>? register = null;
        Task<DepartmentServer>? centre = null;
        try
        {
            await narrator.WorkAsync(
                new Work(new("数据共享交换平台", "the exchange"), _ => platform = StartPlatformAsync(options, folder, clock, cancellation)),
                new Work(
                    new("市场监管局：PostgreSQL 与企业登记库", "Market Regulation: PostgreSQL and its register"),
                    report => register = StartRegisterAsync(folder, maker, options.Enterprises, report, cancellation)),
                new Work(new("政务服务中心：PostgreSQL", "Service Centre: PostgreSQL"), _ => centre = DepartmentServer.StartAsync(folder.ServiceCentre, "centre", cancellation)));
            var (server, bureau) = await register!;
            return new Scene(options, narrator, clock, new Cast(
                folder, await platform!, server, bureau, await centre!, new CivilAffairs(folder.Inbox, divisions)));
        }
        catch
        {
            if (platform is { IsCompletedSuccessfully: true }) await (await platform).DisposeAsync();
            if (register is { IsCompletedSuccessfully: true }) await (await register).Server.DisposeAsync();
            if (centre is { IsCompletedSuccessfully: true }) await (await centre).DisposeAsync();
            throw;
        }
    }

    public Stage Stage(Checks checks)
    {
        var journal = new AccessJournal();
        return new Stage
        {
            Options = _options,
            Narrator = _narrator,
            Clock = _clock,
            Checks = checks,
            Journal = journal,
            Platform = _cast.Platform,
            Adapters = _adapters,
            CivilAffairs = _cast.CivilAffairs,
            MarketRegulation = _cast.MarketRegulation,
            ServiceCentre = new ServiceCentre(_cast.CentreServer.Database),
            Store = new ExchangeStore(_cast.Platform.Database),
            Bureau = new GatewayClient(Http, _cast.Platform.Bureau, _narrator.Language, journal, _clock),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _adapters.DisposeAsync();
        Http.Dispose();
        await _cast.Platform.DisposeAsync();
        await _cast.RegisterServer.DisposeAsync();
        await _cast.CentreServer.DisposeAsync();
    }

    private static async Task<IPlatform> StartPlatformAsync(DemonstrationOptions options, ExchangeFolder folder, TimeProvider clock, CancellationToken cancellation) =>
        options.Distributed ? await DistributedPlatform.StartAsync(folder, PlatformRoutes.Direct, clock, cancellation) : await EmbeddedPlatform.StartAsync(folder, port: 0, clock, cancellation);

    private static async Task<(DepartmentServer, MarketRegulation)> StartRegisterAsync(
        ExchangeFolder folder, EnterpriseMaker maker, int enterprises, Action<double> report, CancellationToken cancellation)
    {
        var server = await DepartmentServer.StartAsync(folder.MarketRegulation, "register", cancellation);
        try
        {
            var bureau = new MarketRegulation(server.Database, maker, enterprises);
            await bureau.FillAsync(done => report((double)done / enterprises), cancellation);
            return (server, bureau);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private sealed record Cast(
        ExchangeFolder Folder, IPlatform Platform, DepartmentServer RegisterServer, MarketRegulation MarketRegulation, DepartmentServer CentreServer, CivilAffairs CivilAffairs);
}
