using Incidents.Application;
using Incidents.Domain;
using Microsoft.EntityFrameworkCore;

namespace Incidents.Infrastructure.Persistence;

internal sealed class EfIncidentRepository(IncidentsDbContext db) : IIncidentRepository
{
    public Task<Incident?> FindAsync(Guid id, CancellationToken cancellationToken) => db.Incidents
        .Include(i => i.Comments)
        .Include(i => i.Timeline)
        .AsSplitQuery()
        .SingleOrDefaultAsync(i => i.Id == id, cancellationToken);

    public async Task<IReadOnlyList<IncidentOverview>> ListAsync(
        IncidentFilter filter,
        CancellationToken cancellationToken)
    {
        var query = db.Incidents.AsNoTracking();
        if (filter.Status is { } status)
        {
            query = query.Where(i => i.Status == status);
        }

        if (filter.Severity is { } severity)
        {
            query = query.Where(i => i.Severity == severity);
        }

        if (filter.Search is { } search)
        {
            var pattern = $"%{EscapeLike(search)}%";
            query = query.Where(i =>
                EF.Functions.ILike(i.Title, pattern, @"\") || EF.Functions.ILike(i.Description, pattern, @"\"));
        }

        return await query
            .OrderByDescending(i => i.ReportedAt)
            .Take(IncidentFilter.MaxResults)
            .Select(i => new IncidentOverview(
                i.Id,
                i.Title,
                i.Severity,
                i.Status,
                i.ReportedAt,
                i.UpdatedAt,
                i.Comments.Count))
            .ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<IncidentCount>> CountAsync(CancellationToken cancellationToken) =>
        await db.Incidents
            .GroupBy(i => new { i.Status, i.Severity })
            .Select(g => new IncidentCount(g.Key.Status, g.Key.Severity, g.Count()))
            .ToListAsync(cancellationToken);

    public void Add(Incident incident) => db.Incidents.Add(incident);

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException exception)
        {
            throw new ConcurrentChangeException(exception);
        }
    }

    private static string EscapeLike(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);
}
