# The image of examples/incidents, written by hand with the usual care for size and layers, and nothing else: no tests,
# no linters, no other project than the web project's own. Context: app/ (the source) and feed/ (NuGet packages).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS restore
WORKDIR /src
COPY feed /feed
COPY app/Directory.Build.props app/Directory.Packages.props app/.editorconfig ./
COPY app/src/Incidents.Application/*.csproj app/src/Incidents.Application/packages.lock.json src/Incidents.Application/
COPY app/src/Incidents.Contracts/*.csproj app/src/Incidents.Contracts/packages.lock.json src/Incidents.Contracts/
COPY app/src/Incidents.Domain/*.csproj app/src/Incidents.Domain/packages.lock.json src/Incidents.Domain/
COPY app/src/Incidents.Infrastructure/*.csproj app/src/Incidents.Infrastructure/packages.lock.json src/Incidents.Infrastructure/
COPY app/src/Incidents.Web/*.csproj app/src/Incidents.Web/packages.lock.json src/Incidents.Web/
RUN dotnet restore src/Incidents.Web --locked-mode --source /feed

FROM restore AS publish
COPY app/src/Incidents.Application src/Incidents.Application
COPY app/src/Incidents.Contracts src/Incidents.Contracts
COPY app/src/Incidents.Domain src/Incidents.Domain
COPY app/src/Incidents.Infrastructure src/Incidents.Infrastructure
COPY app/src/Incidents.Web/*.cs app/src/Incidents.Web/*.json src/Incidents.Web/
COPY app/src/Incidents.Web/Auth src/Incidents.Web/Auth
COPY app/src/Incidents.Web/Endpoints src/Incidents.Web/Endpoints
COPY app/src/Incidents.Web/Live src/Incidents.Web/Live
COPY app/src/Incidents.Web/Properties src/Incidents.Web/Properties
RUN dotnet publish src/Incidents.Web --configuration Release --no-restore --output /publish -p:UseAppHost=false

FROM docker.io/library/node:22-slim AS install
WORKDIR /spa
COPY app/src/Incidents.Web/ClientApp/package.json app/src/Incidents.Web/ClientApp/package-lock.json ./
RUN --mount=type=cache,target=/cache/npm npm ci --cache /cache/npm --no-audit --no-fund

FROM install AS spa
COPY app/src/Incidents.Web/ClientApp .
RUN npm run build

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=publish /publish .
COPY --from=spa /spa/dist wwwroot
USER 1654:1654
EXPOSE 8080
ENTRYPOINT ["dotnet", "Incidents.Web.dll"]
