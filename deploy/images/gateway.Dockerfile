# The gateway. Build from the root of the repository:
#   docker build -f deploy/images/gateway.Dockerfile --build-arg SDK_IMAGE=… --build-arg RUNTIME_IMAGE=… -t exchange/gateway .
# The images come from the registry of who builds: the .NET SDK 10 and the ASP.NET Core runtime 10.
ARG SDK_IMAGE=dotnet-sdk:10.0
ARG RUNTIME_IMAGE=dotnet-aspnet:10.0

FROM ${SDK_IMAGE} AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig BannedSymbols.txt ./
COPY src/ src/
RUN dotnet publish src/Exchange.Gateway/Exchange.Gateway.csproj -c Release -o /app --nologo -p:RunAnalyzers=false -p:UseAppHost=false

FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=build /app .
ENV DOTNET_NOLOGO=1 MASSTRANSIT_USAGE_TELEMETRY=false
# The folders of keys and of large bodies: a volume named or mounted here takes over this owner.
RUN mkdir -p /var/lib/exchange/keys /var/lib/exchange/spool && chown -R 10001:10001 /var/lib/exchange
USER 10001:10001
ENTRYPOINT ["dotnet", "Exchange.Gateway.dll"]
CMD ["run"]
