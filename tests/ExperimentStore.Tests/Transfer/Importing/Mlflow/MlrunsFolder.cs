using System.Globalization;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing.Mlflow;

/// <summary>Writes a folder <c>mlruns</c> as MLflow's file store does.</summary>
internal sealed class MlrunsFolder(string folder)
{
    public const long Start = 1_700_000_000_000;

    public string Experiment(string id, string name, string stage = "active", params (string Key, string Value)[] tags)
    {
        Write($"{id}/meta.yaml", $"""
            artifact_location: file://{folder}/{id}
            creation_time: {Start - 1000}
            experiment_id: '{id}'
            last_update_time: {Start}
            lifecycle_stage: {stage}
            name: {name}

            """);
        foreach (var (key, value) in tags)
        {
            Write($"{id}/tags/{key}", value);
        }
        return id;
    }

    /// <param name="experiment">Its experiment.</param>
    /// <param name="id">Its id.</param>
    /// <param name="status">The number of its status: 1 running, 3 finished, 4 failed, 5 killed.</param>
    /// <param name="stage">Whether it is deleted.</param>
    public string Run(string experiment, string id, int status = 3, string stage = "active")
    {
        Write($"{experiment}/{id}/meta.yaml", $$"""
            artifact_uri: file://{{folder}}/{{experiment}}/{{id}}/artifacts
            end_time: {{(status == 1 ? "null" : (Start + 60_000).ToString(CultureInfo.InvariantCulture))}}
            entry_point_name: ''
            experiment_id: '{{experiment}}'
            lifecycle_stage: {{stage}}
            run_id: {{id}}
            run_name: a-run-{{id[..4]}}
            run_uuid: {{id}}
            source_name: ''
            source_type: 4
            source_version: ''
            start_time: {{Start}}
            status: {{status}}
            tags: []
            user_id: ada

            """);
        Directory.CreateDirectory(Path.Combine(folder, experiment, id, "artifacts"));
        return $"{experiment}/{id}";
    }

    public void Log(string run, string metric, params string[] lines) =>
        File.AppendAllText(Prepare($"{run}/metrics/{metric}"), string.Concat(lines.Select(line => line + "\n")));

    public void Write(string path, string text) => File.WriteAllText(Prepare(path), text);

    public string Prepare(string path)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? folder);
        return file;
    }
}
