using System.IO.Compression;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFormats.Points;
using Trainyard.RunFormats.TensorBoard;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

internal static class ExportApi
{
    private const string Zip = "application/zip";
    private const string Parquet = "application/vnd.apache.parquet";

    private const string Example = """
        [
          {"type":"export","format":"trainyard","version":1,"exported_at":"2026-03-04T12:30:00Z"},
          {"type":"run","run_id":"run-4f9k2m7qx1tz","name":"gpt2-small","status":"completed","params":{"lr":0.001},"tags":{"team":"nlp"},
            "created_at":"2026-03-04T12:00:00Z","attempts":[{"number":1,"from_step":null,"started_at":"2026-03-04T12:00:00Z"}]},
          {"type":"points","run_id":"run-4f9k2m7qx1tz","series":"loss","resolution":"raw","seqs":[0,1],"attempts":[1,1],"steps":[1,2],
            "times":[1772625600000000,1772625601000000],"values":[2.5,"NaN"]},
          {"type":"end","runs":1,"points":2}
        ]
        """;

    public static void MapExport(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/runs/{runId}/export", RunAsync).WithTags("Runs").WithName("ExportRun")
            .WithSummary("A run as JSON for import elsewhere, or its points as CSV, Parquet or TensorBoard event files")
            .Produces(StatusCodes.Status200OK).WithContent("application/json", "text/csv", Parquet, Zip).WithResponseExample(Example);
        endpoints.MapGet("/experiments/{experimentId}/export", ExperimentAsync).WithTags("Experiments").WithName("ExportExperiment")
            .WithSummary("All runs of an experiment: one JSON document, or a zip with a file or folder per run")
            .Produces(StatusCodes.Status200OK).WithContent("application/json", Zip).WithResponseExample(Example);
    }

    private static async Task<PushStreamHttpResult> RunAsync(
        string runId, [AsParameters] ExportQuery query, ExportSource source, TimeProvider clock, CancellationToken cancellationToken)
    {
        var what = query.Validate();
        var run = await source.RunAsync(runId, cancellationToken);
        return what.Format switch
        {
            ExportFormat.Json => TypedResults.Stream(async body =>
            {
                var export = new JsonExport(body, source, what);
                await export.BeginAsync(clock.GetUtcNow(), cancellationToken);
                await export.WriteAsync(run, cancellationToken);
                await export.EndAsync(cancellationToken);
            }, "application/json", $"{runId}.trainyard.json"),
            ExportFormat.TensorBoard => TypedResults.Stream(body => ZipAsync(body, source, what, Only(run), cancellationToken), Zip,
                $"{runId}.tensorboard.zip"),
            _ => TypedResults.Stream(body => PointsAsync(body, source, run, what, cancellationToken), ContentType(what),
                $"{runId}.{Extension(what)}"),
        };
    }

    private static async Task<PushStreamHttpResult> ExperimentAsync(
        string experimentId, [AsParameters] ExportQuery query, ExportSource source, Database database, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var what = query.Validate();
        var experiment = Identifier.IsValid(experimentId)
            ? await database.ReadAsync((db, token) => db.Experiments.SingleOrDefaultAsync(row => row.Id == experimentId, token),
                cancellationToken)
            : null;
        var runs = RunsAsync(experiment?.Id ?? throw RunLookup.NoExperiment(experimentId), source, cancellationToken);
        return what.Format is ExportFormat.Json
            ? TypedResults.Stream(body => JsonAsync(body, source, what, experiment, runs, clock.GetUtcNow(), cancellationToken),
                "application/json", $"{experimentId}.trainyard.json")
            : TypedResults.Stream(body => ZipAsync(body, source, what, runs, cancellationToken), Zip,
                $"{experimentId}.{Extension(what)}.zip");
    }

    private static async Task JsonAsync(
        Stream body, ExportSource source, ExportSelection what, Experiment experiment, IAsyncEnumerable<RunToExport> runs,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var export = new JsonExport(body, source, what);
        await export.BeginAsync(now, cancellationToken);
        await export.WriteAsync(experiment, cancellationToken);
        await foreach (var run in runs.WithCancellation(cancellationToken))
        {
            await export.WriteAsync(run, cancellationToken);
        }
        await export.EndAsync(cancellationToken);
    }

    private static async Task ZipAsync(
        Stream body, ExportSource source, ExportSelection what, IAsyncEnumerable<RunToExport> runs, CancellationToken cancellationToken)
    {
        await using var buffered = new GatheringStream(body);
        await using (var zip = await ZipArchive.CreateAsync(
            buffered, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            await foreach (var run in runs.WithCancellation(cancellationToken))
            {
                var name = what.Format is ExportFormat.TensorBoard
                    ? $"{run.Run.Id}/{TensorBoardWriter.FileName(run.Describe())}"
                    : $"{run.Run.Id}.{Extension(what)}";
                await using (var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken))
                {
                    await PointsAsync(entry, source, run, what, cancellationToken);
                }
                await buffered.FlushAsync(cancellationToken);
            }
        }
        await buffered.FlushAsync(cancellationToken);
    }

    private static async Task PointsAsync(
        Stream output, ExportSource source, RunToExport run, ExportSelection what, CancellationToken cancellationToken)
    {
        if (what.Format is ExportFormat.TensorBoard)
        {
            await TensorBoardAsync(output, source, run, what, cancellationToken);
            return;
        }
        await using IPointSink sink = what.Format is ExportFormat.Csv
            ? new CsvPoints(output)
            : await ParquetPoints.CreateAsync(output, cancellationToken);
        await foreach (var series in source.PointsAsync(run, what, attempt: null, cancellationToken))
        {
            await sink.WriteAsync(series, cancellationToken);
        }
    }

    /// <summary>With all attempts, each later one begins with its restart. Otherwise only the clean curve is written.</summary>
    private static async Task TensorBoardAsync(
        Stream output, ExportSource source, RunToExport run, ExportSelection what, CancellationToken cancellationToken)
    {
        await using var writer = await TensorBoardWriter.CreateAsync(output, run.Describe(), cancellationToken);
        foreach (var attempt in what.AllAttempts ? run.Attempts.Select(known => (int?)known.Number) : [null])
        {
            if (attempt > 1 && run.Attempts.FirstOrDefault(known => known.Number == attempt) is { FromStep: { } from } later)
            {
                await writer.ResumeAsync(later.StartedAt, from, cancellationToken);
            }
            await foreach (var series in source.PointsAsync(run, what, attempt, cancellationToken))
            {
                await writer.WriteAsync(series, cancellationToken);
            }
            await foreach (var item in source.MediaAsync(run.Run.Id, what, attempt, cancellationToken))
            {
                await writer.WriteAsync(item.AsEvent(), cancellationToken);
            }
        }
        await writer.EndAsync(cancellationToken);
    }

    private static async IAsyncEnumerable<RunToExport> RunsAsync(
        string experimentId, ExportSource source,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var id in source.RunsAsync(experimentId, cancellationToken))
        {
            yield return await source.RunAsync(id, cancellationToken);
        }
    }

    private static IAsyncEnumerable<RunToExport> Only(RunToExport run) => new[] { run }.ToAsyncEnumerable();

    private static string Extension(ExportSelection what) => what.Format switch
    {
        ExportFormat.Csv => "csv",
        ExportFormat.Parquet => "parquet",
        _ => "tensorboard",
    };

    private static string ContentType(ExportSelection what) => what.Format is ExportFormat.Csv ? "text/csv; charset=utf-8" : Parquet;
}
