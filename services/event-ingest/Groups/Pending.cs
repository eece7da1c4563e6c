using System.Diagnostics;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Bodies;

namespace Trainyard.EventIngest.Groups;

/// <summary>A request that waits for its group to become durable.</summary>
/// <param name="request">The request to store.</param>
/// <param name="weight">Estimated message size, in bytes.</param>
/// <param name="share">The request's memory share.</param>
internal sealed class Pending(AcceptedRequest request, long weight, ByteBudget.Share share)
{
    private readonly TaskCompletionSource<(RequestOutcome? Outcome, (ErrorCode Code, string Reason)? Failure)> settled =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AcceptedRequest Request => request;

    public long Weight => weight;

    /// <summary>The request's span, open until its group is durable.</summary>
    public Activity? RequestActivity { get; } = Activity.Current;

    public ActivityContext Trace => RequestActivity?.Context ?? default;

    public void Succeed(RequestOutcome? outcome) => Settle((outcome, null));

    public void Fail(ErrorCode code, string reason) => Settle((null, (code, reason)));

    private void Settle((RequestOutcome? Outcome, (ErrorCode Code, string Reason)? Failure) result)
    {
        share.GiveBack();
        settled.TrySetResult(result);
    }

    /// <exception cref="TrainyardException">The group could not be made durable.</exception>
    public async Task<RequestOutcome?> DurableAsync(CancellationToken cancellationToken)
    {
        var (outcome, failure) = await settled.Task.WaitAsync(cancellationToken);
        return failure is var (code, reason)
            ? throw new TrainyardException(code, reason) { RetryAfter = TimeSpan.FromSeconds(2) }
            : outcome;
    }
}
