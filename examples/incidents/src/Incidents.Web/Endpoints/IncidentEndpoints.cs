using Incidents.Application;
using Incidents.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Incidents.Web.Endpoints;

public static class IncidentEndpoints
{
    public static IEndpointRouteBuilder MapIncidentEndpoints(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api");
        api.MapGet("/session", () => TypedResults.NoContent()).RequireAuthorization();

        // Everyone may read; responders, who hold the token, may write.
        var reads = api.MapGroup("/incidents");
        reads.MapGet("/", ListAsync);
        reads.MapGet("/statistics", StatisticsAsync);
        reads.MapGet("/{id:guid}", GetAsync);

        var writes = api.MapGroup("/incidents").RequireAuthorization();
        writes.MapPost("/", ReportAsync);
        writes.MapPost("/{id:guid}/status", ChangeStatusAsync);
        writes.MapPost("/{id:guid}/severity", ChangeSeverityAsync);
        writes.MapPost("/{id:guid}/comments", AddCommentAsync);

        // Otherwise the client's fallback page would answer for an API that does not exist.
        api.Map("/{**rest}", () => TypedResults.NotFound());
        return routes;
    }

    private static async Task<Ok<IReadOnlyList<IncidentSummary>>> ListAsync(
        IncidentService service,
        string? status,
        string? severity,
        string? search,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await service.ListAsync(IncidentFilter.Parse(status, severity, search), cancellationToken));

    private static async Task<Ok<IncidentStatistics>> StatisticsAsync(
        IncidentService service,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await service.GetStatisticsAsync(cancellationToken));

    private static async Task<Results<Ok<IncidentDetails>, NotFound>> GetAsync(
        Guid id,
        IncidentService service,
        CancellationToken cancellationToken) =>
        Found(await service.GetAsync(id, cancellationToken));

    private static async Task<Created<IncidentDetails>> ReportAsync(
        ReportIncidentRequest request,
        IncidentService service,
        CancellationToken cancellationToken)
    {
        var incident = await service.ReportAsync(request, cancellationToken);
        return TypedResults.Created($"/api/incidents/{incident.Id}", incident);
    }

    private static async Task<Results<Ok<IncidentDetails>, NotFound>> ChangeStatusAsync(
        Guid id,
        ChangeStatusRequest request,
        IncidentService service,
        CancellationToken cancellationToken) =>
        Found(await service.ChangeStatusAsync(id, request, cancellationToken));

    private static async Task<Results<Ok<IncidentDetails>, NotFound>> ChangeSeverityAsync(
        Guid id,
        ChangeSeverityRequest request,
        IncidentService service,
        CancellationToken cancellationToken) =>
        Found(await service.ChangeSeverityAsync(id, request, cancellationToken));

    private static async Task<Results<Ok<IncidentDetails>, NotFound>> AddCommentAsync(
        Guid id,
        AddCommentRequest request,
        IncidentService service,
        CancellationToken cancellationToken) =>
        Found(await service.AddCommentAsync(id, request, cancellationToken));

    private static Results<Ok<IncidentDetails>, NotFound> Found(IncidentDetails? incident) =>
        incident is null ? TypedResults.NotFound() : TypedResults.Ok(incident);
}
