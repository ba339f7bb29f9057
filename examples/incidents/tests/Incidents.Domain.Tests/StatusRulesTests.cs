namespace Incidents.Domain.Tests;

public sealed class StatusRulesTests
{
    [Theory]
    [InlineData(IncidentStatus.Reported, IncidentStatus.Investigating)]
    [InlineData(IncidentStatus.Reported, IncidentStatus.Resolved)]
    [InlineData(IncidentStatus.Investigating, IncidentStatus.Mitigated)]
    [InlineData(IncidentStatus.Investigating, IncidentStatus.Resolved)]
    [InlineData(IncidentStatus.Mitigated, IncidentStatus.Investigating)]
    [InlineData(IncidentStatus.Mitigated, IncidentStatus.Resolved)]
    [InlineData(IncidentStatus.Resolved, IncidentStatus.Investigating)]
    [InlineData(IncidentStatus.Resolved, IncidentStatus.Closed)]
    public void Allows_the_documented_transitions(IncidentStatus from, IncidentStatus to) =>
        Assert.True(StatusRules.Allows(from, to));

    [Theory]
    [InlineData(IncidentStatus.Reported, IncidentStatus.Mitigated)]
    [InlineData(IncidentStatus.Reported, IncidentStatus.Closed)]
    [InlineData(IncidentStatus.Investigating, IncidentStatus.Reported)]
    [InlineData(IncidentStatus.Mitigated, IncidentStatus.Closed)]
    [InlineData(IncidentStatus.Resolved, IncidentStatus.Mitigated)]
    public void Refuses_every_shortcut(IncidentStatus from, IncidentStatus to) =>
        Assert.False(StatusRules.Allows(from, to));

    [Fact]
    public void Knows_the_successors_of_every_status() =>
        Assert.All(Enum.GetValues<IncidentStatus>(), status => Assert.NotNull(StatusRules.NextFrom(status)));

    [Fact]
    public void No_status_follows_itself() =>
        Assert.All(Enum.GetValues<IncidentStatus>(), status => Assert.False(StatusRules.Allows(status, status)));

    [Fact]
    public void Only_closed_is_final() =>
        Assert.Equal(
            [IncidentStatus.Closed],
            Enum.GetValues<IncidentStatus>().Where(status => StatusRules.NextFrom(status).Count == 0));
}
