using System.Text;
using System.Text.Json;

namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>JSON as Python prints it. MLflow's error messages quote values in this form, and its clients and tests read them.</summary>
internal static class PythonText
{
    private const int MaxCharacters = 500;

    public static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "dict",
        JsonValueKind.Array => "list",
        JsonValueKind.String => "str",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => value.GetRawText().AsSpan().IndexOfAny(".eE") < 0 ? "int" : "float",
        _ => "NoneType",
    };

    /// <summary>The text of a value; that of a long one is cut.</summary>
    public static string Of(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.String)
        {
            return Cut(MlflowRequest.Unescape(value) ?? value.GetRawText());
        }
        var text = new StringBuilder();
        Write(value, text);
        return Cut(text.ToString());
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        if (text.Length > MaxCharacters)
        {
            return;
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in value.EnumerateObject())
                {
                    text.Append(text[^1] == '{' ? "'" : ", '").Append(member.Name).Append("': ");
                    Write(member.Value, text);
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(text[^1] == '[' ? "" : ", ");
                    Write(item, text);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append('\'').Append(MlflowRequest.Unescape(value) ?? value.GetRawText()).Append('\'');
                break;
            case JsonValueKind.Number:
                text.Append(value.GetRawText());
                break;
            default:
                text.Append(value.ValueKind switch { JsonValueKind.True => "True", JsonValueKind.False => "False", _ => "None" });
                break;
        }
    }

    private static string Cut(string text) => text.Length <= MaxCharacters ? text : text[..MaxCharacters] + "…";
}
