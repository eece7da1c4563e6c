using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Trainyard.Harness;

/// <summary>Waits for a condition, and fails the test when it does not come true in time.</summary>
public static class Wait
{
    // Long, because a loaded machine is slow; a wait that succeeds ends early.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static Task UntilAsync(Func<bool> satisfied, [CallerArgumentExpression(nameof(satisfied))] string condition = "") =>
        UntilAsync(() => Task.FromResult(satisfied()), condition);

    public static Task UntilAsync(Func<Task<bool>> satisfied, [CallerArgumentExpression(nameof(satisfied))] string condition = "") =>
        UntilAsync(satisfied, holds => holds, condition);

    /// <summary>Reads again and again until a value satisfies, and returns it.</summary>
    public static async Task<T> UntilAsync<T>(
        Func<Task<T>> read, Func<T, bool> satisfied, [CallerArgumentExpression(nameof(satisfied))] string condition = "")
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(Pause))
        {
            var value = await read();
            if (satisfied(value))
            {
                return value;
            }
            Assert.True(watch.Elapsed < Limit, $"After {Limit} it is still {value}, which does not satisfy {condition}");
        }
    }
}
