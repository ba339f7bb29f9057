using Incidents.Contracts;
using Microsoft.AspNetCore.SignalR;

namespace Incidents.Web.Live;

public interface IIncidentClient
{
    Task IncidentChanged(IncidentSummary incident);
}

/// <summary>One way only: clients listen, and make their changes through the API.</summary>
public sealed class IncidentHub : Hub<IIncidentClient>;
