using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Alerts;

internal static class AlertApi
{
    private const string Example = """
        {"alert_id":"alert-4f9k2m7qx1tz","name":"loss runs away","kind":"above","run_id":null,"experiment_id":"exp-1",
         "metric":"train_loss","threshold":8.5,"points":3,"direction":null,"min_delta":null,"patience_steps":null,"after_seconds":null,
         "webhook_host":"hooks.example","created_at":"2026-03-04T12:00:00Z","fired":0}
        """;

    private const string FiringExample = """
        {"firing_id":"firing-8w2c4d6f8h0k","alert_id":"alert-4f9k2m7qx1tz","run_id":"abc-123","attempt":1,"kind":"above",
         "metric":"train_loss","step":1200,"value":9.1,
         "message":"train_loss is above 8.5 for 3 values in a row: 9.1 at step 1200.",
         "fired_at":"2026-03-04T12:10:00Z","acknowledged_at":null,
         "webhook":{"host":"hooks.example","attempts":1,"taken_at":"2026-03-04T12:10:01Z","next_at":null,"error":null}}
        """;

    public static RouteGroupBuilder MapAlerts(this IEndpointRouteBuilder endpoints)
    {
        var alerts = endpoints.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapGet("", ListAsync).WithName("ListAlerts").WithSummary("List rules, newest first, with the number of firings of each")
            .WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        alerts.MapPost("", CreateAsync).WithName("CreateAlert")
            .WithSummary("Create a rule on a metric or on run states, for one run, an experiment's runs, or all runs")
            .WithErrors(ErrorCode.RunNotFound, ErrorCode.DataNotFound)
            .WithRequestExample("""
                {"name":"loss runs away","kind":"above","metric":"train_loss","threshold":8.5,"points":3,"experiment_id":"exp-1",
                 "webhook_url":"https://hooks.example/T0/B0/x"}
                """)
            .WithResponseExample(Example, StatusCodes.Status201Created);
        alerts.MapGet("/{alertId}", GetAsync).WithName("GetAlert").WithSummary("Get a rule").WithResponseExample(Example);
        alerts.MapDelete("/{alertId}", DeleteAsync).WithName("DeleteAlert").WithSummary("Delete a rule and its firings");
        alerts.MapGet("/fired", FiredAsync).WithName("ListFiredAlerts").WithSummary("List firings, newest first")
            .WithResponseExample($$"""{"items":[{{FiringExample}}],"next_cursor":null}""");
        alerts.MapPost("/fired/{firingId}/acknowledge", AcknowledgeAsync).WithName("AcknowledgeAlert").WithSummary("Acknowledge a firing")
            .WithResponseExample(FiringExample);
        return alerts;
    }

    private static async Task<Ok<Page<AlertView>>> ListAsync(
        [FromQuery(Name = "run_id")] string? runId, [FromQuery(Name = "experiment_id")] string? experimentId,
        [FromQuery(Name = "limit"), Range(1, QueryLimit.MaxPageSize)] int? limit,
        [FromQuery(Name = "cursor")] string? cursor, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var pageSize = QueryLimit.Of(limit, 50, QueryLimit.MaxPageSize);
            var rules = db.AlertRules.Where(
                rule => (runId == null || rule.RunId == runId) && (experimentId == null || rule.ExperimentId == experimentId));
            if (Cursor.Parse(cursor, "created_at") is { } after)
            {
                var (time, id) = (after.Time, after.Id);
                rules = rules.Where(rule => rule.CreatedAt < time || (rule.CreatedAt == time && string.Compare(rule.Id, id) < 0));
            }
            var rows = await rules.OrderByDescending(rule => rule.CreatedAt).ThenByDescending(rule => rule.Id)
                .Take(pageSize + 1).ToListAsync(token);
            var page = rows.Take(pageSize).ToList();
            var next = rows.Count > pageSize ? Cursor.At("created_at", page[^1].CreatedAt, page[^1].Id).ToString() : null;
            return new Page<AlertView>(await ViewsAsync(db, page, token), next);
        }, cancellationToken));

    private static async Task<Created<AlertView>> CreateAsync(
        NewAlert request, Database database, SealedSecrets secrets, IOptions<AlertOptions> options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny(request.Validate());
        var rule = await database.WriteAsync(async (db, token) =>
        {
            if (request.RunId is { } runId)
            {
                await db.RequireRunAsync(runId, token);
            }
            if (request.ExperimentId is { } experimentId
                && !await db.Experiments.AnyAsync(experiment => experiment.Id == experimentId && experiment.DeletedAt == null, token))
            {
                throw RunLookup.NoExperiment(experimentId);
            }
            if (await db.AlertRules.CountAsync(token) >= options.Value.MaxRules)
            {
                throw new TrainyardException(ErrorCode.ConfigInvalid,
                    $"There are already {options.Value.MaxRules} rules, the maximum (ALERTS__MAX_RULES). Delete one first.");
            }
            var created = request.ToRule(request.Kind.GetValueOrDefault(), secrets, clock.GetUtcNow());
            db.AlertRules.Add(created);
            db.Outgoing.Add(new RulesChanged());
            return created;
        }, cancellationToken);
        return TypedResults.Created($"/api/alerts/{rule.Id}", AlertView.Of(rule, fired: 0));
    }

    private static async Task<Ok<AlertView>> GetAsync(string alertId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var id = StorableText.Clean(alertId, Identifier.MaxLength + 1);
            var rule = await db.AlertRules.SingleOrDefaultAsync(rule => rule.Id == id, token) ?? throw NoAlert(id);
            return (await ViewsAsync(db, [rule], token))[0];
        }, cancellationToken));

    private static async Task<NoContent> DeleteAsync(string alertId, Database database, CancellationToken cancellationToken)
    {
        var id = StorableText.Clean(alertId, Identifier.MaxLength + 1);
        await database.WriteAsync(async (db, token) =>
        {
            if (await db.AlertRules.Where(rule => rule.Id == id).ExecuteDeleteAsync(token) == 0)
            {
                throw NoAlert(id);
            }
            await db.AlertStates.Where(state => state.AlertId == id).ExecuteDeleteAsync(token);
            await db.AlertFirings.Where(firing => firing.AlertId == id).ExecuteDeleteAsync(token);
            db.Outgoing.Add(new RulesChanged());
        }, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<FiringView>>> FiredAsync(
        [AsParameters] FiringQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(query.RunAsync, cancellationToken));

    private static async Task<Ok<FiringView>> AcknowledgeAsync(
        string firingId, Database database, TimeProvider clock, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var id = StorableText.Clean(firingId, Identifier.MaxLength + 1);
            var firing = await db.AlertFirings.SingleOrDefaultAsync(row => row.Id == id, token)
                ?? throw new TrainyardException(ErrorCode.DataNotFound, $"There is no firing '{id}'.");
            firing.AcknowledgedAt ??= clock.GetUtcNow();
            return FiringView.Of(firing);
        }, cancellationToken));

    private static async Task<List<AlertView>> ViewsAsync(StoreContext db, List<AlertRule> rules, CancellationToken cancellationToken)
    {
        var ids = rules.Select(rule => rule.Id).ToList();
        var counts = await db.AlertFirings.Where(firing => ids.Contains(firing.AlertId)).GroupBy(firing => firing.AlertId)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(rule => rule.Key, rule => rule.Count, StringComparer.Ordinal, cancellationToken);
        return [.. rules.Select(rule => AlertView.Of(rule, counts.GetValueOrDefault(rule.Id)))];
    }

    private static TrainyardException NoAlert(string id) => new(ErrorCode.DataNotFound, $"There is no alert '{id}'.");
}
