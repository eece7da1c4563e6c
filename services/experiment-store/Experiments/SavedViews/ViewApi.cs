using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Experiments.SavedViews;

/// <summary>A saved view of the dashboard.</summary>
internal sealed record ViewView(string ViewId, string Name, string Path, DateTimeOffset CreatedAt)
{
    public static ViewView Of(SavedView view) => new(view.Id, view.Name, view.Path, view.CreatedAt);
}

/// <summary>The fields of a saved view to create or change.</summary>
internal sealed record ViewFields(string? Name, string? Path)
{
    private const int MaxName = 256;
    private const int MaxPath = 8192;

    public IReadOnlyList<Problem> Problems() =>
    [
        .. Name is { Length: > 0 and <= MaxName } && StorableText.IsClean(Name)
            ? []
            : (Problem[])[new("name", $"must have 1 to {MaxName} characters")],
        // Two leading slashes would point to another server.
        .. Path is { Length: <= MaxPath } && Path.StartsWith('/') && !Path.StartsWith("//", StringComparison.Ordinal)
            && !Path.Any(letter => char.IsControl(letter) || letter == '\\') && StorableText.IsClean(Path)
                ? []
                : (Problem[])[new("path", $"must be a page's path and query, starting with one slash, of at most {MaxPath} characters")],
    ];
}

internal static class ViewApi
{
    private const int MaxViews = 1000;
    private const string Example = """
        {"view_id":"view-4f9k2m7qx1tz","name":"best of nlp","path":"/?filter=tags.team%20%3D%20%22nlp%22",
         "created_at":"2026-03-04T12:00:00Z"}
        """;
    private const string FieldsExample = """{"name":"best of nlp","path":"/?filter=tags.team%20%3D%20%22nlp%22"}""";

    public static void MapViews(this IEndpointRouteBuilder endpoints)
    {
        var views = endpoints.MapGroup("/views").WithTags("Views").WithMetadata(new RequestSizeLimitAttribute(100_000));
        views.MapGet("", ListAsync).WithName("ListViews").WithSummary("Saved pages of the dashboard by name, shared by all users")
            .WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        views.MapPost("", CreateAsync).WithName("CreateView").WithSummary("Save a page of the dashboard: its filter, runs and charts")
            .WithRequestExample(FieldsExample)
            .WithResponseExample(Example, StatusCodes.Status201Created);
        views.MapPut("/{viewId}", UpdateAsync).WithName("UpdateView").WithSummary("Change the name and path of a saved page")
            .WithRequestExample(FieldsExample).WithResponseExample(Example);
        views.MapDelete("/{viewId}", DeleteAsync).WithName("DeleteView").WithSummary("Delete a saved page");
    }

    private static async Task<Ok<Page<ViewView>>> ListAsync(Database database, CancellationToken cancellationToken)
    {
        var views = await database.ReadAsync((db, token) => db.Views.AsNoTracking().ToListAsync(token), cancellationToken);
        // Sorted here: SQLite and Postgres collate differently.
        var sorted = views.OrderBy(view => view.Name, StringComparer.OrdinalIgnoreCase).ThenBy(view => view.CreatedAt);
        return TypedResults.Ok(new Page<ViewView>([.. sorted.Select(ViewView.Of)], null));
    }

    private static async Task<Created<ViewView>> CreateAsync(
        ViewFields fields, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny(fields.Problems());
        var view = new SavedView
        {
            Id = Identifier.Create("view"),
            Name = fields.Name ?? "",
            Path = fields.Path ?? "",
            CreatedAt = clock.GetUtcNow(),
        };
        await database.WriteAsync(async (db, token) =>
        {
            if (await db.Views.CountAsync(token) >= MaxViews)
            {
                throw new TrainyardException(ErrorCode.ConfigInvalid, $"There are {MaxViews} saved views already. Delete one first.");
            }
            db.Views.Add(view);
        }, cancellationToken);
        return TypedResults.Created($"/api/views/{view.Id}", ViewView.Of(view));
    }

    private static async Task<Ok<ViewView>> UpdateAsync(
        string viewId, ViewFields fields, Database database, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny(fields.Problems());
        return TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var id = StorableText.Clean(viewId, Identifier.MaxLength + 1);
            var view = await db.Views.SingleOrDefaultAsync(row => row.Id == id, token) ?? throw NoView(id);
            (view.Name, view.Path) = (fields.Name ?? "", fields.Path ?? "");
            return ViewView.Of(view);
        }, cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(string viewId, Database database, CancellationToken cancellationToken)
    {
        var id = StorableText.Clean(viewId, Identifier.MaxLength + 1);
        await database.WriteAsync(
            async (db, token) => await db.Views.Where(view => view.Id == id).ExecuteDeleteAsync(token) > 0 ? true : throw NoView(id),
            cancellationToken);
        return TypedResults.NoContent();
    }

    private static TrainyardException NoView(string id) => new(ErrorCode.DataNotFound, $"There is no saved view '{id}'.");
}
