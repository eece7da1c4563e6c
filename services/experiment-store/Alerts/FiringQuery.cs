using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Which firings, and how many.</summary>
internal sealed record FiringQuery
{
    private const string Order = "fired_at";

    [FromQuery(Name = "alert_id")]
    public string? AlertId { get; init; }

    [FromQuery(Name = "run_id")]
    public string? RunId { get; init; }

    /// <summary>Whether somebody has seen it; both when left out.</summary>
    [FromQuery(Name = "acknowledged")]
    public bool? Acknowledged { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    public async Task<Page<FiringView>> RunAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var most = QueryLimit.Of(Limit, 50, 1000);
        var (alert, run) = (StorableText.CleanOrNull(AlertId, 256), StorableText.CleanOrNull(RunId, 256));
        var firings = db.AlertFirings.Where(one => (alert == null || one.AlertId == alert) && (run == null || one.RunId == run)
            && (Acknowledged == null || one.AcknowledgedAt != null == Acknowledged));
        if (Storage.Cursor.Parse(Cursor, Order) is { } after)
        {
            var (time, id) = (after.Time, after.Id);
            firings = firings.Where(one => one.FiredAt < time || (one.FiredAt == time && string.Compare(one.Id, id) < 0));
        }
        var rows = await firings.OrderByDescending(one => one.FiredAt).ThenByDescending(one => one.Id).Take(most + 1).ToListAsync(cancellationToken);
        var page = rows.Take(most).ToList();
        return new([.. page.Select(FiringView.Of)], rows.Count > most ? Storage.Cursor.At(Order, page[^1].FiredAt, page[^1].Id).ToString() : null);
    }
}
