using System.Diagnostics;

namespace Trainyard.Harness.Chaos;

/// <summary>Asks again while whoever answers may be away.</summary>
internal static class Patience
{
    public static async Task<bool> UntilAsync(Func<Task<bool>> satisfied, TimeSpan limit)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < limit; await Task.Delay(TimeSpan.FromMilliseconds(500)))
        {
            if (await TrueAsync(satisfied))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>False as well when nobody answers, or with an error.</summary>
    public static async Task<bool> TrueAsync(Func<Task<bool>> satisfied)
    {
        try
        {
            return await satisfied();
        }
        catch (Exception exception) when (
            exception is HttpRequestException or TaskCanceledException or IOException or Xunit.Sdk.XunitException)
        {
            return false;
        }
    }
}
