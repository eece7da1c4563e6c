using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>The column of <c>runs r</c> that holds an attribute.</summary>
internal static class AttributeColumn
{
    extension(RunAttribute attribute)
    {
        public string Column => attribute.Name == "run_id" ? "r.id" : $"r.{attribute.Name}";

        public bool Nullable => attribute.Name is not ("run_id" or "name" or "status" or "kind" or "created_at" or "updated_at" or "attempt"
            or "series_count" or "pinned" or "locked");

        public bool Indexed => attribute.Name is "run_id" or "name" or "status" or "experiment_id" or "created_at";
    }
}
