using System.Net.Http.Json;
using System.Text.Json;
using Incidents.Contracts;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Incidents.Web.Tests;

public sealed class RedisTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statistics_are_kept_in_redis_until_something_changes()
    {
        await using var app = new IncidentsApp { Redis = Services.Redis() };
        using var client = app.CreateResponder();
        var redis = app.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        await redis.KeyDeleteAsync("incidents:statistics");

        await client.GetAsync("/api/incidents/statistics", Cancellation);
        Assert.True(await redis.KeyExistsAsync("incidents:statistics"));

        await client.PostAsJsonAsync(
            "/api/incidents",
            new ReportIncidentRequest("Cache is stale", null, "low"),
            Cancellation);
        Assert.False(await redis.KeyExistsAsync("incidents:statistics"));
    }

    [Fact]
    public async Task Health_reports_redis()
    {
        await using var app = new IncidentsApp { Redis = Services.Redis() };
        using var client = app.CreateClient();

        var health = await client.GetFromJsonAsync<JsonElement>("/health", Cancellation);

        Assert.Equal("Healthy", health.GetProperty("checks").GetProperty("redis").GetProperty("status").GetString());
    }
}
