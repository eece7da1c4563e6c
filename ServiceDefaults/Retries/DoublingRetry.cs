using Polly;
using Polly.Retry;

namespace Trainyard.ServiceDefaults.Retries;

/// <summary>Retries in memory after pauses that double up to a maximum: forever, unless its user sets an end.</summary>
public sealed class DoublingRetry : RetryStrategyOptions
{
    public DoublingRetry(TimeSpan first, TimeSpan max)
    {
        BackoffType = DelayBackoffType.Exponential;
        Delay = first;
        MaxDelay = max;
        MaxRetryAttempts = int.MaxValue;
    }

    /// <param name="time">Measures the pauses.</param>
    public ResiliencePipeline ToPipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(this).Build();
}
