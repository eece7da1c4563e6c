using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>
/// A TensorBoard log folder: each folder with event files is a run. Its id comes from its oldest event file, whose name holds time,
/// machine and process: wherever the folder lies when it is imported again, it is the same run.
/// </summary>
internal sealed class TensorBoardSource(string root, string? label) : ImportSource
{
    private const int LongestFirstRecord = 1 << 20;

    public override async IAsyncEnumerable<ImportItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<EventFolder> folders = File.Exists(root) ? [new("", [root])] : [.. EventFolder.Find(root)];
        BytesTotal = folders.Sum(folder => folder.Files.Sum(file => new FileInfo(file).Length));
        var any = false;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            var runId = await IdAsync(folder, cancellationToken);
            if (!ids.Add(runId))
            {
                // A copy of a run that was then trained on: its beginning is the other's.
                Notices.Add($"'{folder.Name}' begins with the same file as a folder before it, and is imported as a run of its own.");
                runId = $"tb-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}/{folder.Name}")))[..20]}";
                ids.Add(runId);
            }
            await foreach (var item in new FolderReader(this, folder, runId, folder.Name.Length > 0 ? folder.Name : label).ReadAsync(cancellationToken))
            {
                any = true;
                yield return item;
            }
        }
        if (!any)
        {
            throw new TrainyardException(ErrorCode.EventInvalid, $"There is no TensorBoard event in it. {Notices.FirstOrDefault()}".TrimEnd());
        }
    }

    private static async Task<string> IdAsync(EventFolder folder, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(folder.Files[0])));
        await using var file = Open(folder.Files[0]);
        try
        {
            hash.AppendData((await new TfRecordReader(file, LongestFirstRecord).ReadAsync(cancellationToken) ?? default).Span);
        }
        catch (EventFileException)
        {
            // Said when the file is read; the name alone is this run's then.
        }
        return $"tb-{Convert.ToHexStringLower(hash.GetHashAndReset())[..20]}";
    }

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);

    /// <summary>One run. A session that starts at a step is an attempt that goes on from there.</summary>
    private sealed class FolderReader(TensorBoardSource source, EventFolder folder, string runId, string? name)
    {
        private readonly Dictionary<string, object?> hyperparameters = new(StringComparer.Ordinal);
        private RunStopped? end;
        private DateTimeOffset? first;
        private DateTimeOffset last = DateTimeOffset.UnixEpoch;
        private bool sessionSeen;
        private int attempt = 1;

        public async IAsyncEnumerable<ImportItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var file in folder.Files)
            {
                await using var stream = Open(file);
                var part = $"file:{Path.GetFileName(file)}";
                var before = source.BytesRead;
                var number = 0L;
                var reader = new EventFileReader(stream);
                await using var events = reader.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
                while (await NextAsync(events, file))
                {
                    foreach (var one in Translate(events.Current))
                    {
                        yield return new(part, number++, one);
                    }
                    source.BytesRead = before + stream.Position;
                }
                source.BytesRead = before + stream.Length;
                if (reader.Truncated)
                {
                    source.Notices.Add(
                        $"{name ?? runId}/{Path.GetFileName(file)} ends in the middle of a record, {stream.Length - reader.Offset} bytes behind the last "
                        + "whole one: it is still being written, or was cut off. What came before is imported.");
                }
            }
            if (first is null)
            {
                yield break;
            }
            if (hyperparameters.Count > 0)
            {
                yield return ImportItem.Saying("hyperparameters", Start() with { Name = null, Hyperparams = JsonSerializer.SerializeToElement(hyperparameters) });
            }
            yield return ImportItem.Saying("end", end ?? new()
            {
                EventId = Guid.Empty,
                RunId = runId,
                Time = last,
                Status = RunStatus.Completed,
                Message = "imported from TensorBoard, whose log does not say how it ended",
            });
        }

        private async Task<bool> NextAsync(IAsyncEnumerator<LogEvent> events, string file)
        {
            try
            {
                return await events.MoveNextAsync();
            }
            catch (EventFileException damage)
            {
                source.Notices.Add($"{name ?? runId}/{Path.GetFileName(file)}: {damage.Message} What came before it is imported.");
                return false;
            }
        }

        private IEnumerable<RunEvent> Translate(LogEvent one)
        {
            if (first is null)
            {
                first = one.Time;
                yield return Start();
            }
            last = one.Time > last ? one.Time : last;
            if (one.Session is SessionStatus.Start)
            {
                var goesBack = sessionSeen || one.Step > 0;
                sessionSeen = true;
                if (goesBack)
                {
                    attempt++;
                    yield return new RunResumed { EventId = Guid.Empty, RunId = runId, Time = one.Time, Attempt = attempt, FromStep = one.Step };
                }
            }
            foreach (var value in one.Values)
            {
                switch (value)
                {
                    case ScalarValue scalar:
                        yield return new MetricsLogged
                        {
                            EventId = Guid.Empty,
                            RunId = runId,
                            Time = one.Time,
                            Attempt = attempt,
                            Step = one.Step,
                            Measurements = new Dictionary<string, double>(1, StringComparer.Ordinal) { [scalar.Tag] = scalar.Value },
                        };
                        break;
                    case TextValue text:
                        yield return new LogWritten { EventId = Guid.Empty, RunId = runId, Time = one.Time, Attempt = attempt, Level = "info", Message = $"{text.Tag}: {text.Text}" };
                        break;
                    case HyperparameterSessionStart session:
                        foreach (var (parameter, given) in session.Hyperparameters)
                        {
                            hyperparameters[parameter] = Plain(given);
                        }
                        break;
                    case HyperparameterSessionEnd { Status: HyperparameterStatus.Success or HyperparameterStatus.Failure } stop:
                        end = new()
                        {
                            EventId = Guid.Empty,
                            RunId = runId,
                            Time = one.Time,
                            Status = stop.Status is HyperparameterStatus.Success ? RunStatus.Completed : RunStatus.Failed,
                        };
                        break;
                    case OtherValue other:
                        source.Ignore(other.Plugin is { Length: > 0 } plugin ? $"values of the plugin '{plugin}'"
                            : "values of other kinds");
                        break;
                }
            }
        }

        private static object? Plain(HyperparameterValue given) => given switch
        {
            { Text: { } text } => text,
            { Flag: { } flag } => flag,
            // JSON has no other numbers.
            { Number: { } number } when double.IsFinite(number) => number,
            _ => given.Number?.ToString(CultureInfo.InvariantCulture),
        };

        private RunStarted Start() => new() { EventId = Guid.Empty, RunId = runId, Time = first ?? last, Source = "tensorboard", Name = name, Attempt = 1 };
    }
}
