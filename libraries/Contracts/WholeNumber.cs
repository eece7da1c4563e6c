using System.Globalization;
using System.Text.Json;

namespace Trainyard.Contracts;

/// <summary>
/// Whole numbers as callers write them: <c>4096</c>, or <c>4096.0</c> from programs that use floating-point numbers. All endpoints use this
/// rule.
/// </summary>
public static class WholeNumber
{
    /// <summary>2^53: the largest step, size or count. Above it a floating-point number no longer holds every whole number.</summary>
    public const long Max = 1L << 53;

    /// <summary>The rule for steps, for error messages.</summary>
    public static string StepRule { get; } = Rule(0);

    /// <summary>The rule for whole numbers, for error messages.</summary>
    /// <param name="min">The smallest allowed number.</param>
    /// <param name="max">The largest allowed number.</param>
    public static string Rule(long min, long max = Max) =>
        $"must be a whole number from {Text(min)} to {Text(max)}{(max == Max ? " (2^53)" : "")}";

    /// <summary>Whether <paramref name="step"/> is a step: from 0 to 2^53.</summary>
    public static bool IsStep(long step) => step is >= 0 and <= Max;

    /// <summary>Reads a number without a fraction, however it is written; false for any other value.</summary>
    public static bool TryRead(JsonElement value, out long number)
    {
        number = 0;
        return value.ValueKind is JsonValueKind.Number && (value.TryGetInt64(out number)
            || (value.TryGetDecimal(out var exact) && TryConvert(value.GetDouble(), exact, out number)));
    }

    /// <summary>Reads the current token of <paramref name="reader"/> if it is a number without a fraction.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out long number)
    {
        number = 0;
        return reader.TokenType is JsonTokenType.Number && (reader.TryGetInt64(out number)
            || (reader.TryGetDecimal(out var exact) && TryConvert(reader.GetDouble(), exact, out number)));
    }

    // A double rounds 9007199254740993.0 to a neighbour, a decimal 1e-40 to 0.
    private static bool TryConvert(double value, decimal exact, out long number)
    {
        var isWhole = double.IsInteger(value) && decimal.IsInteger(exact) && Math.Abs(exact) <= Max;
        number = isWhole ? (long)exact : 0;
        return isWhole;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
