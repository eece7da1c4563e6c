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
/// A TensorBoard log folder: each folder with event files is a run. Its id comes from its oldest event file, whose name has the time, the
/// machine and the process. So a moved folder is still the same run.
/// </summary>
internal sealed class TensorBoardSource(string root, string? label) : ImportSource
{
    private const int MaxFirstRecordBytes = 1 << 20;

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
                // A copy of a run that was then trained further: both begin with the same file.
                Notices.Add($"'{folder.Name}' begins with the same file as an earlier folder, and is imported as a separate run.");
                runId = $"tb-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}/{folder.Name}")))[..20]}";
                ids.Add(runId);
            }
            await foreach (var item in new FolderReader(this, folder, runId, folder.Name.Length > 0 ? folder.Name : label)
                .ReadAsync(cancellationToken))
            {
                any = true;
                yield return item;
            }
        }
        if (!any)
        {
            throw new TrainyardException(ErrorCode.EventInvalid, $"It has no TensorBoard event. {Notices.FirstOrDefault()}".TrimEnd());
        }
    }

    private static async Task<string> IdAsync(EventFolder folder, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(folder.Files[0])));
        await using var file = Open(folder.Files[0]);
        try
        {
            hash.AppendData((await new TfRecordReader(file, MaxFirstRecordBytes).ReadAsync(cancellationToken) ?? default).Span);
        }
        catch (EventFileException)
        {
            // The damage is reported when the file is read. The id then comes from the name alone.
        }
        return $"tb-{Convert.ToHexStringLower(hash.GetHashAndReset())[..20]}";
    }

    private static FileStream Open(string file) =>
        new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);

    /// <summary>Reads one run. A session that starts at a step is an attempt that resumes from there.</summary>
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
                    foreach (var runEvent in Translate(events.Current))
                    {
                        yield return new(part, number++, runEvent);
                    }
                    source.BytesRead = before + stream.Position;
                }
                source.BytesRead = before + stream.Length;
                if (reader.Truncated)
                {
                    source.Notices.Add(
                        $"{name ?? runId}/{Path.GetFileName(file)} ends in the middle of a record, {stream.Length - reader.Offset} bytes "
                        + "after the last whole one: it is still being written, or was cut off. Everything before that is imported.");
                }
            }
            if (first is null)
            {
                yield break;
            }
            if (hyperparameters.Count > 0)
            {
                yield return ImportItem.ByContent("hyperparameters",
                    Start() with { Name = null, Hyperparams = JsonSerializer.SerializeToElement(hyperparameters) });
            }
            yield return ImportItem.ByContent("end", end ?? new()
            {
                EventId = Guid.Empty,
                RunId = runId,
                Time = last,
                Status = RunStatus.Completed,
                Message = "imported from TensorBoard, whose log has no final status",
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
                source.Notices.Add($"{name ?? runId}/{Path.GetFileName(file)}: {damage.Message} Everything before that is imported.");
                return false;
            }
        }

        private IEnumerable<RunEvent> Translate(LogEvent logEvent)
        {
            if (first is null)
            {
                first = logEvent.Time;
                yield return Start();
            }
            last = logEvent.Time > last ? logEvent.Time : last;
            if (logEvent.Session is SessionStatus.Start)
            {
                var goesBack = sessionSeen || logEvent.Step > 0;
                sessionSeen = true;
                if (goesBack)
                {
                    attempt++;
                    yield return new RunResumed
                    {
                        EventId = Guid.Empty,
                        RunId = runId,
                        Time = logEvent.Time,
                        Attempt = attempt,
                        FromStep = Math.Max(0, logEvent.Step),
                    };
                }
            }
            foreach (var value in logEvent.Values)
            {
                switch (value)
                {
                    case ScalarValue scalar:
                        yield return new MetricsLogged
                        {
                            EventId = Guid.Empty,
                            RunId = runId,
                            Time = logEvent.Time,
                            Attempt = attempt,
                            Step = logEvent.Step,
                            Measurements = new Dictionary<string, double>(1, StringComparer.Ordinal) { [scalar.Tag] = scalar.Value },
                        };
                        break;
                    case TextValue text:
                        yield return new LogWritten
                        {
                            EventId = Guid.Empty,
                            RunId = runId,
                            Time = logEvent.Time,
                            Attempt = attempt,
                            Level = "info",
                            Message = $"{text.Tag}: {text.Text}",
                        };
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
                            Time = logEvent.Time,
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
            // JSON has no NaN or infinities.
            { Number: { } number } when double.IsFinite(number) => number,
            _ => given.Number?.ToString(CultureInfo.InvariantCulture),
        };

        private RunStarted Start() =>
            new() { EventId = Guid.Empty, RunId = runId, Time = first ?? last, Source = "tensorboard", Name = name, Attempt = 1 };
    }
}
