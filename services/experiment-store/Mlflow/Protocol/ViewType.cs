namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>Which of the active and the deleted a search finds.</summary>
internal readonly record struct ViewType(bool Active, bool Deleted)
{
    /// <summary>The view type of a request, by its name or number; the active ones if absent.</summary>
    public static ViewType Of(MlflowRequest request, string parameter = "view_type") =>
        !request.Has(parameter) ? new(true, false) : NameOf(request, parameter).ToUpperInvariant() switch
        {
            "ACTIVE_ONLY" or "1" => new(true, false),
            "DELETED_ONLY" or "2" => new(false, true),
            "ALL" or "3" => new(true, true),
            _ => throw request.Wrong(parameter),
        };

    public bool Includes(bool deleted) => deleted ? Deleted : Active;

    private static string NameOf(MlflowRequest request, string parameter)
    {
        try
        {
            return request.Text(parameter) ?? "";
        }
        catch (MlflowException)
        {
            return $"{request.Whole(parameter)}";
        }
    }
}
