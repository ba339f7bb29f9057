using Incidents.Application;
using Incidents.Infrastructure.Caching;
using Incidents.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Incidents.Infrastructure;

public static class InfrastructureServices
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Registers PostgreSQL when the connection string "Incidents" is set, and Redis when "Redis" is; memory otherwise.
    /// </summary>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, IConfiguration configuration)
    {
        var checks = services.AddHealthChecks();
        AddPersistence(services, checks, configuration.GetConnectionString("Incidents"));
        AddCaching(services, checks, configuration.GetConnectionString("Redis"));
        return services;
    }

    public static async Task MigrateDatabaseAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        if (scope.ServiceProvider.GetService<IncidentsDbContext>() is { } db)
        {
            await db.Database.MigrateAsync(cancellationToken);
        }
    }

    private static void AddPersistence(IServiceCollection services, IHealthChecksBuilder checks, string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            services.AddSingleton<InMemoryIncidentStore>();
            services.AddScoped<IIncidentRepository, InMemoryIncidentRepository>();
            return;
        }

        services.AddDbContext<IncidentsDbContext>(options => options.UseNpgsql(connectionString));
        services.AddScoped<IIncidentRepository, EfIncidentRepository>();
        checks.AddDbContextCheck<IncidentsDbContext>("database");
    }

    private static void AddCaching(IServiceCollection services, IHealthChecksBuilder checks, string? connectionString)
    {
        services.AddSingleton<IStatisticsCache, DistributedStatisticsCache>();
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            services.AddDistributedMemoryCache();
            return;
        }

        var options = ConfigurationOptions.Parse(connectionString);

        // The application must start, and keep trying, while Redis is away.
        options.AbortOnConnectFail = false;

        // An unreachable cache is a miss at once, not a request that waits for its return.
        options.BacklogPolicy = BacklogPolicy.FailFast;

        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(options));
        services.AddStackExchangeRedisCache(_ => { });
        services.AddOptions<RedisCacheOptions>()
            .Configure<IConnectionMultiplexer>((cache, redis) =>
            {
                cache.InstanceName = "incidents:";
                cache.ConnectionMultiplexerFactory = () => Task.FromResult(redis);
            });

        // Only the cache and the fan-out between instances need Redis, so its loss does not take the application down.
        checks.AddCheck<RedisHealthCheck>("redis", HealthStatus.Degraded, tags: null, timeout: CheckTimeout);
    }
}
