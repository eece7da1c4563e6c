using System.Diagnostics;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Bodies;

namespace Trainyard.EventIngest.Groups;

/// <summary>A request that waits for its group to be durable.</summary>
/// <param name="request">What is to be stored.</param>
/// <param name="weight">About its size as a message, in bytes.</param>
/// <param name="share">The memory it holds.</param>
internal sealed class Pending(AcceptedRequest request, long weight, ByteBudget.Share share)
{
    private readonly TaskCompletionSource<(ErrorCode Code, string Reason)?> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AcceptedRequest Request => request;

    public long Weight => weight;

    /// <summary>The request's span; it lasts until its group is durable.</summary>
    public Activity? RequestActivity { get; } = Activity.Current;

    /// <summary>The request's place in its trace.</summary>
    public ActivityContext Trace => RequestActivity?.Context ?? default;

    public void Succeed() => End(null);

    public void Fail(ErrorCode code, string reason) => End((code, reason));

    private void End((ErrorCode Code, string Reason)? result)
    {
        share.GiveBack();
        outcome.TrySetResult(result);
    }

    /// <exception cref="TrainyardException">The group could not be made durable.</exception>
    public async Task DurableAsync(CancellationToken cancellationToken)
    {
        if (await outcome.Task.WaitAsync(cancellationToken) is var (code, reason))
        {
            throw new TrainyardException(code, reason) { RetryAfter = TimeSpan.FromSeconds(2) };
        }
    }
}
