using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Selects firings.</summary>
internal sealed record FiringQuery
{
    private const string Order = "fired_at";

    [FromQuery(Name = "alert_id")]
    public string? AlertId { get; init; }

    [FromQuery(Name = "run_id")]
    public string? RunId { get; init; }

    /// <summary>True: only acknowledged firings. False: only others. Default: both.</summary>
    [FromQuery(Name = "acknowledged")]
    public bool? Acknowledged { get; init; }

    [FromQuery(Name = "limit"), Range(1, QueryLimit.MaxPageSize)]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    public async Task<Page<FiringView>> RunAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var limit = QueryLimit.Of(Limit, 50, QueryLimit.MaxPageSize);
        var (alert, run) = (StorableText.CleanOrNull(AlertId, 256), StorableText.CleanOrNull(RunId, 256));
        var firings = db.AlertFirings.Where(firing => (alert == null || firing.AlertId == alert) && (run == null || firing.RunId == run)
            && (Acknowledged == null || firing.AcknowledgedAt != null == Acknowledged));
        if (Storage.Cursor.Parse(Cursor, Order) is { } after)
        {
            var (time, id) = (after.Time, after.Id);
            firings = firings.Where(firing => firing.FiredAt < time || (firing.FiredAt == time && string.Compare(firing.Id, id) < 0));
        }
        var rows = await firings.OrderByDescending(firing => firing.FiredAt).ThenByDescending(firing => firing.Id)
            .Take(limit + 1).ToListAsync(cancellationToken);
        var page = rows.Take(limit).ToList();
        var next = rows.Count > limit ? Storage.Cursor.At(Order, page[^1].FiredAt, page[^1].Id).ToString() : null;
        return new([.. page.Select(FiringView.Of)], next);
    }
}
