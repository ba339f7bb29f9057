using Incidents.Application;
using Incidents.Infrastructure;
using Incidents.Web;
using Incidents.Web.Auth;
using Incidents.Web.Endpoints;
using Incidents.Web.Live;
using StackExchange.Redis;

var builder = WebApplication.CreateBuilder(args);
var services = builder.Services;

services.AddSingleton(TimeProvider.System);
services.AddInfrastructure(builder.Configuration);
services.AddScoped<IncidentService>();
services.AddSingleton<IIncidentNotifier, SignalRNotifier>();

services.AddAuthentication(BearerTokenOptions.Scheme)
    .AddScheme<BearerTokenOptions, BearerTokenHandler>(
        BearerTokenOptions.Scheme,
        options => options.Token = builder.Configuration["Auth:Token"]);
services.AddAuthorization();

services.AddProblemDetails();
services.AddExceptionHandler<DomainExceptionHandler>();

var signalR = services.AddSignalR();
if (builder.Configuration.GetConnectionString("Redis") is { Length: > 0 } redis)
{
    signalR.AddStackExchangeRedis(redis, options =>
    {
        options.Configuration.AbortOnConnectFail = false;
        options.Configuration.ChannelPrefix = RedisChannel.Literal("incidents");
    });
}

var app = builder.Build();

if (app.Configuration.GetValue<bool>("Database:MigrateOnStartup"))
{
    await app.Services.MigrateDatabaseAsync(app.Lifetime.ApplicationStopping);
}

app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseClientFiles();
app.UseAuthentication();
app.UseAuthorization();

app.MapOperationsEndpoints();
app.MapIncidentEndpoints();
app.MapHub<IncidentHub>("/hubs/incidents");
app.MapClientFallback();

await app.RunAsync();

/// <summary>Makes the entry point visible to WebApplicationFactory.</summary>
public partial class Program;
