using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Incidents.Application;
using Incidents.Contracts;
using Incidents.Domain;
using Incidents.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Incidents.Web.Tests;

public sealed class PostgresTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IncidentsApp Start() => new() { Database = Services.Postgres() };

    [Fact]
    public async Task Migrations_bring_the_schema_to_the_model()
    {
        await using var app = Start();
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IncidentsDbContext>();

        Assert.NotEmpty(await db.Database.GetAppliedMigrationsAsync(Cancellation));
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Cancellation));
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task An_incident_survives_the_round_trip()
    {
        await using var app = Start();
        using var client = app.CreateResponder();
        var title = $"Round trip 100%_{Guid.NewGuid():N}";
        var response = await client.PostAsJsonAsync(
            "/api/incidents",
            new ReportIncidentRequest(title, "Stored in PostgreSQL", "critical"),
            Cancellation);
        var reported = (await response.Content.ReadFromJsonAsync<IncidentDetails>(Cancellation))!;

        await client.PostAsJsonAsync(
            $"/api/incidents/{reported.Id}/comments",
            new AddCommentRequest("on-call", "Found it."),
            Cancellation);
        await client.PostAsJsonAsync(
            $"/api/incidents/{reported.Id}/status",
            new ChangeStatusRequest("resolved"),
            Cancellation);

        var read = await client.GetFromJsonAsync<IncidentDetails>($"/api/incidents/{reported.Id}", Cancellation);
        Assert.Equal(["reported", "commented", "statusChanged"], read!.Timeline.Select(entry => entry.Kind));
        Assert.NotNull(read.ResolvedAt);

        var search = Uri.EscapeDataString(title.ToUpperInvariant());
        var found = await client.GetFromJsonAsync<List<IncidentSummary>>(
            $"/api/incidents?status=resolved&severity=critical&search={search}",
            Cancellation);
        Assert.Equal(1, Assert.Single(found!).Comments);
    }

    [Fact]
    public async Task The_second_of_two_concurrent_changes_is_refused()
    {
        await using var app = Start();
        var incident = Incident.Report("Concurrent change", null, Severity.Low, DateTimeOffset.UtcNow);
        await using (var setup = app.Services.CreateAsyncScope())
        {
            var repository = setup.ServiceProvider.GetRequiredService<IIncidentRepository>();
            repository.Add(incident);
            await repository.SaveAsync(Cancellation);
        }

        await using var firstScope = app.Services.CreateAsyncScope();
        await using var secondScope = app.Services.CreateAsyncScope();
        var first = firstScope.ServiceProvider.GetRequiredService<IIncidentRepository>();
        var second = secondScope.ServiceProvider.GetRequiredService<IIncidentRepository>();
        (await first.FindAsync(incident.Id, Cancellation))!.ChangeSeverity(Severity.High, DateTimeOffset.UtcNow);
        (await second.FindAsync(incident.Id, Cancellation))!.ChangeSeverity(Severity.Medium, DateTimeOffset.UtcNow);

        await first.SaveAsync(Cancellation);

        await Assert.ThrowsAsync<ConcurrentChangeException>(() => second.SaveAsync(Cancellation));
    }

    [Fact]
    public async Task Health_reports_the_database()
    {
        await using var app = Start();
        using var client = app.CreateClient();

        var response = await client.GetAsync("/health", Cancellation);
        var health = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Healthy", health.GetProperty("checks").GetProperty("database").GetProperty("status").GetString());
    }
}
