using Incidents.Contracts;
using Incidents.Domain;

namespace Incidents.Application.Tests;

public sealed class IncidentServiceTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private readonly FakeRepository _repository = new();
    private readonly FakeCache _cache = new();
    private readonly FakeNotifier _notifier = new();
    private readonly IncidentService _service;

    public IncidentServiceTests() =>
        _service = new IncidentService(_repository, _cache, _notifier, new FixedClock(Now));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<IncidentDetails> ReportAsync(string severity = "high") =>
        _service.ReportAsync(new ReportIncidentRequest("Checkout is slow", null, severity), Token);

    [Fact]
    public async Task Reporting_stores_and_announces_the_incident()
    {
        var incident = await ReportAsync();

        Assert.Equal("reported", incident.Status);
        Assert.Equal("high", incident.Severity);
        Assert.Equal(Now, incident.ReportedAt);
        Assert.Equal(1, _repository.Saves);
        Assert.Equal(incident.Id, Assert.Single(_notifier.Sent).Id);
    }

    [Theory]
    [InlineData("HIGH")]
    [InlineData(" high ")]
    public async Task A_severity_is_read_leniently(string severity) =>
        Assert.Equal("high", (await ReportAsync(severity)).Severity);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("urgent")]
    public async Task An_unknown_severity_is_refused(string? severity)
    {
        var exception = await Assert.ThrowsAsync<InvalidInputException>(
            () => _service.ReportAsync(new ReportIncidentRequest("Checkout is slow", null, severity), Token));

        Assert.Equal("severity", exception.Field);
        Assert.Contains("low, medium, high, critical", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_notifier.Sent);
    }

    [Fact]
    public async Task Details_offer_the_next_statuses()
    {
        var incident = await ReportAsync();

        Assert.Equal(["investigating", "resolved"], incident.NextStatuses);
    }

    [Fact]
    public async Task Changing_the_status_announces_the_new_one()
    {
        var incident = await ReportAsync();

        var changed = await _service.ChangeStatusAsync(incident.Id, new ChangeStatusRequest("resolved"), Token);

        Assert.Equal("resolved", changed?.Status);
        Assert.Equal(Now, changed?.ResolvedAt);
        Assert.Equal("resolved", _notifier.Sent[^1].Status);
    }

    [Fact]
    public async Task Changing_the_severity_is_part_of_the_timeline()
    {
        var incident = await ReportAsync("low");

        var changed = await _service.ChangeSeverityAsync(incident.Id, new ChangeSeverityRequest("critical"), Token);

        Assert.Equal("severityChanged", changed?.Timeline[^1].Kind);
    }

    [Fact]
    public async Task A_comment_counts_in_the_summary()
    {
        var incident = await ReportAsync();

        await _service.AddCommentAsync(incident.Id, new AddCommentRequest("on-call", "Cache is cold."), Token);

        var summary = Assert.Single(await _service.ListAsync(new IncidentFilter(), Token));
        Assert.Equal(1, summary.Comments);
    }

    [Fact]
    public async Task An_unknown_incident_is_not_found()
    {
        Assert.Null(await _service.GetAsync(Guid.NewGuid(), Token));
        Assert.Null(await _service.ChangeStatusAsync(Guid.NewGuid(), new ChangeStatusRequest("resolved"), Token));
        Assert.Equal(0, _repository.Saves);
    }

    [Fact]
    public async Task A_lost_race_is_not_announced()
    {
        var incident = await ReportAsync();
        _notifier.Sent.Clear();
        _repository.ConflictOnSave = true;

        await Assert.ThrowsAsync<ConcurrentChangeException>(
            () => _service.ChangeStatusAsync(incident.Id, new ChangeStatusRequest("resolved"), Token));

        Assert.Empty(_notifier.Sent);
    }

    [Fact]
    public async Task Statistics_count_what_is_open()
    {
        await ReportAsync("critical");
        await ReportAsync("low");
        var done = await ReportAsync("critical");
        await _service.ChangeStatusAsync(done.Id, new ChangeStatusRequest("resolved"), Token);

        var statistics = await _service.GetStatisticsAsync(Token);

        Assert.Equal(3, statistics.Total);
        Assert.Equal(2, statistics.Open);
        Assert.Equal(1, statistics.Critical);
        Assert.Equal(1, statistics.ByStatus["resolved"]);
        Assert.Equal(0, statistics.ByStatus["closed"]);
    }

    [Fact]
    public async Task Statistics_are_cached_until_something_changes()
    {
        await ReportAsync();
        await _service.GetStatisticsAsync(Token);
        await _service.GetStatisticsAsync(Token);
        Assert.Equal(1, _repository.Counts);

        await ReportAsync();

        Assert.Equal(2, (await _service.GetStatisticsAsync(Token)).Total);
        Assert.Equal(2, _repository.Counts);
    }

    [Fact]
    public void A_blank_filter_filters_nothing() =>
        Assert.Equal(new IncidentFilter(), IncidentFilter.Parse("", " ", null));

    [Fact]
    public void A_filter_names_what_it_does_not_know() =>
        Assert.Equal(
            "status",
            Assert.Throws<InvalidInputException>(() => IncidentFilter.Parse("asleep", null, null)).Field);
}
