using System.Globalization;
using Trainyard.Contracts.Alerts;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Whether a rule on a metric fires at a value. NaN is what a rule on NaN waits for, and nothing to any other.</summary>
internal static class MetricRule
{
    /// <summary>Takes a value into account.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="state">What it remembers of the values before.</param>
    /// <param name="step">The value's step.</param>
    /// <param name="value">The value.</param>
    /// <returns>What to tell people if the rule fires, else null.</returns>
    public static string? Take(AlertRule rule, AlertState state, long step, double value) => rule.Kind switch
    {
        AlertKind.Above => InARow(rule, state, value > rule.Threshold, step, value, $"above {Text(rule.Threshold)}"),
        AlertKind.Below => InARow(rule, state, value < rule.Threshold, step, value, $"below {Text(rule.Threshold)}"),
        AlertKind.Nan => InARow(rule, state, double.IsNaN(value), step, value, "not a number"),
        AlertKind.Plateau => Improves(rule, state, step, value),
        _ => null,
    };

    private static string? InARow(AlertRule rule, AlertState state, bool holds, long step, double value, string what)
    {
        state.Streak = holds ? state.Streak + 1 : 0;
        return state.Streak < rule.Points
            ? null
            : $"is {what}{(rule.Points > 1 ? $" for {rule.Points} values in a row" : "")}: {Text(value)} at step {step}";
    }

    private static string? Improves(AlertRule rule, AlertState state, long step, double value)
    {
        if (double.IsNaN(value))
        {
            return null;
        }
        var delta = rule.MinDelta ?? 0;
        var better = double.IsFinite(value) && (state.Best is not { } best || (rule.Direction is AlertDirection.Max ? value > best + delta : value < best - delta));
        if (better || state.BestStep is null)
        {
            (state.Best, state.BestStep) = (better ? value : null, step);
            return null;
        }
        return step - state.BestStep < rule.PatienceSteps
            ? null
            : $"has not got better than {Text(state.Best)} since step {state.BestStep}: {Text(value)} at step {step}";
    }

    private static string Text(double? value) => value is { } number ? number.ToString("G6", CultureInfo.InvariantCulture) : "nothing finite";
}
