using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Incidents.Contracts;

namespace Incidents.Web.Tests;

public sealed class ApiTests(IncidentsApp app) : IClassFixture<IncidentsApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<IncidentDetails> ReportAsync(HttpClient client, string title, string severity = "high")
    {
        var response = await client.PostAsJsonAsync(
            "/api/incidents",
            new ReportIncidentRequest(title, "p95 above 4 s", severity),
            Cancellation);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<IncidentDetails>(Cancellation))!;
    }

    [Fact]
    public async Task A_reported_incident_can_be_read_by_everyone()
    {
        using var responder = app.CreateResponder();
        using var reader = app.CreateClient();

        var reported = await ReportAsync(responder, "Checkout is slow");

        var read = await reader.GetFromJsonAsync<IncidentDetails>($"/api/incidents/{reported.Id}", Cancellation);
        Assert.Equal("Checkout is slow", read?.Title);
        Assert.Equal("reported", read?.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic dGVzdC10b2tlbg==")]
    public async Task Writing_needs_the_token(string? authorization)
    {
        using var client = app.CreateClient();
        if (authorization is not null)
        {
            client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(authorization);
        }

        var response = await client.PostAsJsonAsync(
            "/api/incidents",
            new ReportIncidentRequest("Checkout is slow", null, "high"),
            Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task The_session_tells_whether_the_token_is_good()
    {
        using var responder = app.CreateResponder();
        using var stranger = app.CreateClient();

        var good = await responder.GetAsync("/api/session", Cancellation);
        var bad = await stranger.GetAsync("/api/session", Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, good.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, bad.StatusCode);
    }

    [Fact]
    public async Task An_invalid_incident_is_a_bad_request_that_names_the_field()
    {
        using var client = app.CreateResponder();

        var response = await client.PostAsJsonAsync(
            "/api/incidents",
            new ReportIncidentRequest("x", null, "high"),
            Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"title\":[", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forbidden_transition_is_a_conflict()
    {
        using var client = app.CreateResponder();
        var incident = await ReportAsync(client, "Search is down");

        var response = await client.PostAsJsonAsync(
            $"/api/incidents/{incident.Id}/status",
            new ChangeStatusRequest("closed"),
            Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task The_list_can_be_filtered()
    {
        using var client = app.CreateResponder();
        await ReportAsync(client, "Filter me: mail is late", "low");
        await ReportAsync(client, "Filter me: mail is lost", "critical");

        var found = await client.GetFromJsonAsync<List<IncidentSummary>>(
            "/api/incidents?search=filter+me&severity=critical",
            Cancellation);

        Assert.Equal("Filter me: mail is lost", Assert.Single(found!).Title);
    }

    [Theory]
    [InlineData("/api/incidents?status=asleep", HttpStatusCode.BadRequest)]
    [InlineData("/api/incidents/00000000-0000-0000-0000-000000000001", HttpStatusCode.NotFound)]
    [InlineData("/api/nothing/here", HttpStatusCode.NotFound)]
    public async Task Errors_are_never_the_page_of_the_client(string path, HttpStatusCode expected)
    {
        using var client = app.CreateClient();

        var response = await client.GetAsync(path, Cancellation);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Comments_and_severity_appear_in_the_timeline()
    {
        using var client = app.CreateResponder();
        var incident = await ReportAsync(client, "Disk is full", "low");

        await client.PostAsJsonAsync(
            $"/api/incidents/{incident.Id}/severity",
            new ChangeSeverityRequest("critical"),
            Cancellation);
        await client.PostAsJsonAsync(
            $"/api/incidents/{incident.Id}/comments",
            new AddCommentRequest("on-call", "Logs are being rotated."),
            Cancellation);

        var read = await client.GetFromJsonAsync<IncidentDetails>($"/api/incidents/{incident.Id}", Cancellation);
        Assert.Equal(["reported", "severityChanged", "commented"], read!.Timeline.Select(entry => entry.Kind));
        Assert.Equal("Logs are being rotated.", Assert.Single(read.Comments).Text);
    }

    [Fact]
    public async Task Statistics_follow_a_change()
    {
        using var client = app.CreateResponder();
        var before = await client.GetFromJsonAsync<IncidentStatistics>("/api/incidents/statistics", Cancellation);

        await ReportAsync(client, "Login fails", "critical");

        var after = await client.GetFromJsonAsync<IncidentStatistics>("/api/incidents/statistics", Cancellation);
        Assert.Equal(before!.Total + 1, after!.Total);
        Assert.Equal(before.Critical + 1, after.Critical);
    }
}
