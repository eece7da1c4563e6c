using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Chaos;

/// <summary>A run of our own trainer, and another as soon as it is over.</summary>
internal sealed class OwnTraining : IAsyncDisposable
{
    public const int LogEvery = 20;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource stopping = new();
    private readonly string tokenizer;
    private readonly Recorder recorder;
    private readonly TrainyardClient client;
    private readonly Task working;

    public OwnTraining(Uri address, string tokenizer, Recorder recorder)
    {
        (this.tokenizer, this.recorder, client) = (tokenizer, recorder, new(address));
        working = WorkAsync();
    }

    /// <summary>Starts no further run; the last one goes on.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        await stopping.CancelAsync();
        await working.WaitAsync(limit);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        client.Dispose();
        await working.ContinueWith(_ => { }, TaskScheduler.Default);
        stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        for (string? last = null; !stopping.IsCancellationRequested; await Task.Delay(Pace))
        {
            await Patience.TrueAsync(async () =>
            {
                if (last is null || await client.OverAsync(last))
                {
                    last = await client.StartRunAsync(new
                    {
                        tokenizer_id = tokenizer,
                        corpus_path = "docs",
                        model_size = "nano",
                        max_steps = 400,
                        checkpoint_every = 40,
                        eval_every = 200,
                        log_every = LogEvery,
                        threads = 1,
                    });
                    recorder.Add(new OwnRunQueued(recorder.Now, last));
                }
                return true;
            });
        }
    }
}
