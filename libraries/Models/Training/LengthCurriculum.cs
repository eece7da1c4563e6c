namespace Trainyard.Models.Training;

/// <summary>
/// A curriculum by sequence length (Li, Zhang and He, 2022): training begins with short sequences, which become longer over the first
/// steps. A window is cut into sequences whose length divides it, so that every step reads the same tokens with and without.
/// </summary>
public sealed record LengthCurriculum
{
    /// <summary>Tokens of the first sequences; the shortest divisor of the window from here on is used.</summary>
    public required int StartLength { get; init; }

    /// <summary>Steps until sequences are whole windows; at least 1.</summary>
    public required long Steps { get; init; }

    /// <summary>The length of a step's sequences.</summary>
    /// <param name="window">Tokens of a window.</param>
    /// <param name="step">From 1.</param>
    public int LengthAt(int window, long step)
    {
        if (step > Steps)
        {
            return window;
        }
        var wanted = StartLength + (window - StartLength) * (double)(step - 1) / Steps;
        var lengths = Enumerable.Range(1, window).Where(length => window % length == 0 && length >= StartLength).ToArray();
        return lengths.Length == 0 ? window : lengths.Where(length => length <= wanted).DefaultIfEmpty(lengths[0]).Max();
    }
}
