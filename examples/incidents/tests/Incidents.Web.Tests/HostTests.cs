using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Incidents.Web.Tests;

public sealed class HostTests(IncidentsApp app) : IClassFixture<IncidentsApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_services_the_application_is_healthy()
    {
        using var client = app.CreateClient();

        var health = await client.GetFromJsonAsync<JsonElement>("/health", Cancellation);

        Assert.Equal("Healthy", health.GetProperty("status").GetString());
        Assert.Empty(health.GetProperty("checks").EnumerateObject());
    }

    [Fact]
    public async Task An_unreachable_redis_degrades_but_does_not_fail()
    {
        await using var degraded = new IncidentsApp { Redis = "127.0.0.1:1,connectTimeout=200,connectRetry=0" };
        using var client = degraded.CreateResponder();

        var response = await client.GetAsync("/health", Cancellation);
        var health = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var statistics = await client.GetAsync("/api/incidents/statistics", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Degraded", health.GetProperty("checks").GetProperty("redis").GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, statistics.StatusCode);
    }

    [Fact]
    public async Task The_version_is_the_commit()
    {
        using var client = app.CreateClient();

        var version = await client.GetFromJsonAsync<JsonElement>("/version", Cancellation);

        Assert.Equal("0123abc", version.GetProperty("commit").GetString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/incidents/42")]
    public async Task Every_route_of_the_client_is_its_page(string path)
    {
        using var client = app.CreateClient();

        var response = await client.GetAsync(path, Cancellation);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Assets_are_cached_for_good()
    {
        using var client = app.CreateClient();

        var response = await client.GetAsync("/assets/index-abc123.js", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("immutable", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hub_can_be_negotiated()
    {
        using var client = app.CreateClient();

        var response = await client.PostAsync("/hubs/incidents/negotiate?negotiateVersion=1", null, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
