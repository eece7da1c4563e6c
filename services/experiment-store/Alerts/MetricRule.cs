using System.Globalization;
using Trainyard.Contracts.Alerts;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Evaluates a rule on a metric. Only rules of kind <c>nan</c> react to NaN.</summary>
internal static class MetricRule
{
    /// <summary>Adds a value to the rule's state.</summary>
    /// <returns>The message if the rule fires, else null.</returns>
    public static string? Evaluate(AlertRule rule, AlertState state, long step, double value) => rule.Kind switch
    {
        AlertKind.Above => InARow(rule, state, value > rule.Threshold, step, value, $"above {Text(rule.Threshold)}"),
        AlertKind.Below => InARow(rule, state, value < rule.Threshold, step, value, $"below {Text(rule.Threshold)}"),
        AlertKind.Nan => InARow(rule, state, double.IsNaN(value), step, value, "not a number"),
        AlertKind.Plateau => Plateau(rule, state, step, value),
        _ => null,
    };

    private static string? InARow(AlertRule rule, AlertState state, bool holds, long step, double value, string what)
    {
        state.Streak = holds ? state.Streak + 1 : 0;
        return state.Streak < rule.Points
            ? null
            : $"is {what}{(rule.Points > 1 ? $" for {rule.Points} values in a row" : "")}: {Text(value)} at step {step}";
    }

    private static string? Plateau(AlertRule rule, AlertState state, long step, double value)
    {
        if (double.IsNaN(value))
        {
            return null;
        }
        var delta = rule.MinDelta ?? 0;
        var better = double.IsFinite(value)
            && (state.Best is not { } best || (rule.Direction is AlertDirection.Max ? value > best + delta : value < best - delta));
        if (better || state.BestStep is null)
        {
            (state.Best, state.BestStep) = (better ? value : null, step);
            return null;
        }
        if (step - state.BestStep < rule.PatienceSteps)
        {
            return null;
        }
        var finding = state.Best is null ? "has had no finite value" : $"has not improved on {Text(state.Best)}";
        return $"{finding} since step {state.BestStep}: {Text(value)} at step {step}";
    }

    private static string Text(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";
}
