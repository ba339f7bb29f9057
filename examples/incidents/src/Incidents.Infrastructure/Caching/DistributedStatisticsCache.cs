using System.Text.Json;
using Incidents.Application;
using Incidents.Contracts;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Incidents.Infrastructure.Caching;

internal sealed partial class DistributedStatisticsCache(
    IDistributedCache cache,
    ILogger<DistributedStatisticsCache> logger) : IStatisticsCache
{
    private const string Key = "statistics";

    /// <summary>Short, because a change whose <see cref="ClearAsync"/> failed shows only after it.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    public async Task<IncidentStatistics?> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var json = await cache.GetAsync(Key, cancellationToken);
            return json is null ? null : JsonSerializer.Deserialize<IncidentStatistics>(json);
        }
        catch (Exception exception) when (exception is RedisException or JsonException)
        {
            LogUnavailable(logger, "read", exception);
            return null;
        }
    }

    public async Task SetAsync(IncidentStatistics statistics, CancellationToken cancellationToken)
    {
        try
        {
            var options = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = Lifetime };
            await cache.SetAsync(Key, JsonSerializer.SerializeToUtf8Bytes(statistics), options, cancellationToken);
        }
        catch (RedisException exception)
        {
            LogUnavailable(logger, "written", exception);
        }
    }

    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        try
        {
            await cache.RemoveAsync(Key, cancellationToken);
        }
        catch (RedisException exception)
        {
            LogUnavailable(logger, "cleared", exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The statistics cache could not be {Operation}")]
    private static partial void LogUnavailable(ILogger logger, string operation, Exception exception);
}
