namespace Trainyard.TensorBoard;

/// <summary>A value under a tag.</summary>
/// <param name="Tag">Its name; parts in front of a slash group it.</param>
public abstract record SummaryValue(string Tag);

/// <summary>A number; NaN and infinities are numbers.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Value">The number. All forms but <see cref="ScalarForm.Float64Tensor"/> hold 32 bits of it.</param>
/// <param name="Form">How it is written.</param>
public sealed record ScalarValue(string Tag, double Value, ScalarForm Form = ScalarForm.Simple) : SummaryValue(Tag);

/// <summary>Text, shown as Markdown.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Text">The text; of a list of strings, its lines.</param>
public sealed record TextValue(string Tag, string Text) : SummaryValue(Tag)
{
    /// <summary>Text to be shown as it is: a code block in Markdown.</summary>
    public static TextValue Verbatim(string tag, string text) => new(tag, $"    {text.ReplaceLineEndings("\n    ")}");
}

/// <summary>Something else: an image, a histogram, a graph. Not decoded.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Plugin">The plugin it is for, when it says so.</param>
public sealed record OtherValue(string Tag, string? Plugin) : SummaryValue(Tag);

/// <summary>How a scalar is written.</summary>
public enum ScalarForm
{
    /// <summary>As <c>simple_value</c>, a 32-bit float: what PyTorch writes and everything reads.</summary>
    Simple,

    /// <summary>As a tensor of one 32-bit float for the scalars plugin: what TensorFlow 2 writes.</summary>
    Float32Tensor,

    /// <summary>As a tensor of one 64-bit float: no digit is lost.</summary>
    Float64Tensor,
}
