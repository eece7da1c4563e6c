namespace Trainyard.EventIngest.Tests;

/// <summary>What must not get in: a body, the member at fault, and a part of what is said about it.</summary>
internal static class MalformedEvents
{
    private const string Run = "\"trial_id\":\"r\"";
    private const string Metric = "\"event\":\"ml.run.metric\"," + Run;
    private const string Loss = "\"measurements\":{\"loss\":1}";

    public static TheoryData<string, string, string> Json { get; } = new()
    {
        // The body
        { "", "body", "is required" },
        { "   ", "body", "is required" },
        { "null", "events[0]", "must be an object, not null" },
        { "42", "events[0]", "must be an object, not a number" },
        { "\"text\"", "events[0]", "must be an object, not a string" },
        { "[]", "body", "at least one event" },
        { "[[]]", "events[0]", "must be an object, not a list" },
        { "{", "events[0]", "is not JSON" },
        { $"{{{Metric},{Loss}}} trailing", "events[0]", "is not JSON" },
        { $"[{{{Metric},{Loss}}}", "events[1]", "is not JSON" },
        { $"[{{{Metric},{Loss}}},]", "events[1]", "is not JSON" },
        { $"[{{{Metric},{Loss}}}] []", "events[1]", "is not JSON" },
        { $"[{{{Metric},{Loss}}} {{{Metric},{Loss}}}]", "events[1]", "is not JSON" },
        { $"{{{Metric},{Loss},}}", "events[0]", "is not JSON" },
        { $"{{{Metric},/* comment */{Loss}}}", "events[0]", "is not JSON" },
        { $"{{'event':'ml.run.metric',{Run},{Loss}}}", "events[0]", "is not JSON" },
        { $"{{{Metric},\"measurements\":{{NaN:1}}}}", "events[0]", "is not JSON" },
        { $"{{{Metric},\"measurements\":{{\"loss\":NaNs}}}}", "events[0]", "is not JSON" },
        { $"{{{Metric},\"measurements\":{{\"loss\":Infinit}}}}", "events[0]", "is not JSON" },
        { $"{{{Metric},\"measurements\":{{\"loss\":+Infinity}}}}", "events[0]", "is not JSON" },
        { $"{{{Metric},\"measurements\":{{\"loss\":01}}}}", "events[0]", "is not JSON" },
        { new string('[', 100_000), "events[0]", "depth" },
        { $"{{{Metric},{Loss},\"metadata\":{Nested("[", "]", 70)}}}", "events[0]", "depth" },

        // Its members
        { $"{{{Metric},{Loss},\"colour\":1}}", "events[0]", "unknown member 'colour'" },
        { $"{{{Metric},{Loss},\"run_id\":\"r\"}}", "events[0]", "unknown member 'run_id'" },
        { $"{{{Metric},{Loss},\"\\ud800\":1}}", "events[0]", "surrogate" },
        { $"{{{Metric},{Run},{Loss}}}", "events[0].trial_id", "given twice" },
        { $"{{{Metric},{Loss},{Loss}}}", "events[0].measurements", "given twice" },

        // event
        { $"{{{Run},{Loss}}}", "events[0].event", "is required" },
        { $"{{\"event\":null,{Run},{Loss}}}", "events[0].event", "is required" },
        { $"{{\"event\":\"\",{Run},{Loss}}}", "events[0].event", "must be one of" },
        { $"{{\"event\":\"ml.run.explode\",{Run},{Loss}}}", "events[0].event", "must be one of" },
        { $"{{\"event\":\"ML.RUN.METRIC\",{Run},{Loss}}}", "events[0].event", "must be one of" },
        { $"{{\"event\":7,{Run},{Loss}}}", "events[0].event", "must be one of" },
        { $"{{\"event\":[],{Run},{Loss}}}", "events[0].event", "must be one of" },
        { $"{{\"event\":[\"ml\",\"run\",5],{Run},{Loss}}}", "events[0].event", "must be one of" },
        { $"{{\"event\":[\"a\",\"b\",\"ml\",\"run\",\"metric\"],{Run},{Loss}}}", "events[0].event", "must be one of" },
        { $"{{\"event\":\"\\ud800\",{Run},{Loss}}}", "events[0].event", "must be one of" },

        { $"{{{Metric},\"name\":\"my run\",{Loss}}}", "events[0].name", "contradicts event" },
        { $"{{\"name\":\"ml.run.explode\",{Run},{Loss}}}", "events[0].name", "must be one of" },

        // The end's duration
        {
            $"{{\"event\":\"ml.run.stop\",{Run},\"measurements\":{{\"duration_ms\":-5}}}}",
            "events[0].measurements.duration_ms", "0 or more"
        },
        {
            $"{{\"event\":\"ml.run.stop\",{Run},\"measurements\":{{\"duration_ms\":\"NaN\"}}}}",
            "events[0].measurements.duration_ms", "finite"
        },

        // Ids
        { $"{{\"event\":\"ml.run.metric\",{Loss}}}", "events[0].trial_id", "is required" },
        { $"{{\"event\":\"ml.run.metric\",\"trial_id\":null,{Loss}}}", "events[0].trial_id", "is required" },
        { $"{{\"event\":\"ml.run.metric\",\"trial_id\":\"\",{Loss}}}", "events[0].trial_id", "must be 1 to 128" },
        { $"{{\"event\":\"ml.run.metric\",\"trial_id\":\"..\",{Loss}}}", "events[0].trial_id", "must be 1 to 128" },
        { $"{{\"event\":\"ml.run.metric\",\"trial_id\":\"a/b\",{Loss}}}", "events[0].trial_id", "must be 1 to 128" },
        { $"{{\"event\":\"ml.run.metric\",\"trial_id\":\"größe\",{Loss}}}", "events[0].trial_id", "must be 1 to 128" },
        { $"{{\"event\":\"ml.run.metric\",\"trial_id\":\"a\\u0000b\",{Loss}}}", "events[0].trial_id", "U+0000" },
        { $"{{\"event\":\"ml.run.metric\",\"trial_id\":\"{new string('a', 129)}\",{Loss}}}", "events[0].trial_id", "must be 1 to 128" },
        { $"{{\"event\":\"ml.run.metric\",\"trial_id\":1.5,{Loss}}}", "events[0].trial_id", "must be a string, not a number" },
        {
            $"{{\"event\":\"ml.run.metric\",{Loss},\"metadata\":{{\"trial_id\":\"a b\"}}}}",
            "events[0].metadata.trial_id", "must be 1 to 128"
        },
        { $"{{\"event\":\"ml.system.metric\",\"trial_id\":\"a b\",{Loss}}}", "events[0].trial_id", "must be 1 to 128" },
        { $"{{{Metric},{Loss},\"model_run_id\":\"a b\"}}", "events[0].model_run_id", "must be 1 to 128" },
        { $"{{{Metric},{Loss},\"event_id\":\"seven\"}}", "events[0].event_id", "UUID" },
        { $"{{{Metric},{Loss},\"event_id\":\"00000000-0000-0000-0000-000000000000\"}}", "events[0].event_id", "UUID" },
        { $"{{{Metric},{Loss},\"event_id\":7}}", "events[0].event_id", "must be a string" },

        // Times
        { $"{{{Metric},{Loss},\"timestamp\":\"yesterday\"}}", "events[0].timestamp", "ISO 8601" },
        { $"{{{Metric},{Loss},\"timestamp\":1759667696}}", "events[0].timestamp", "ISO 8601" },
        { $"{{{Metric},{Loss},\"timestamp\":\"2025-13-01T00:00:00Z\"}}", "events[0].timestamp", "ISO 8601" },
        { $"{{{Metric},{Loss},\"timestamp\":\"0001-01-01T00:00:00+14:00\"}}", "events[0].timestamp", "ISO 8601" },
        { $"{{{Metric},{Loss},\"timestamp\":\"9999-12-31T23:59:59-14:00\"}}", "events[0].timestamp", "ISO 8601" },
        { $"{{{Metric},{Loss},\"timestamp\":\"2101-01-01T00:00:00Z\"}}", "events[0].timestamp", "2100" },
        { $"{{{Metric},{Loss},\"timestamp\":\"1970-01-01T00:00:00Z\"}}", "events[0].timestamp", "2000" },

        // Measurements
        { $"{{{Metric}}}", "events[0].measurements", "at least one" },
        { $"{{{Metric},\"measurements\":{{}}}}", "events[0].measurements", "at least one" },
        { $"{{{Metric},\"measurements\":[1]}}", "events[0].measurements", "must be an object" },
        { $"{{{Metric},\"measurements\":{{\"loss\":\"0.5\"}}}}", "events[0].measurements.loss", "the only strings allowed" },
        { $"{{{Metric},\"measurements\":{{\"loss\":null}}}}", "events[0].measurements.loss", "not null" },
        { $"{{{Metric},\"measurements\":{{\"loss\":true}}}}", "events[0].measurements.loss", "not a boolean" },
        { $"{{{Metric},\"measurements\":{{\"loss\":[1]}}}}", "events[0].measurements.loss", "not a list" },
        { $"{{{Metric},\"measurements\":{{\"loss\":1e999}}}}", "events[0].measurements.loss", "too large" },
        { $"{{{Metric},\"measurements\":{{\"loss\":-1e999}}}}", "events[0].measurements.loss", "too large" },
        { $"{{{Metric},\"measurements\":{{\"loss\":1,\"loss\":2}}}}", "events[0].measurements.loss", "given twice" },
        { $"{{{Metric},\"measurements\":{{\"\":1}}}}", "events[0].measurements", "is empty" },
        { $"{{{Metric},\"measurements\":{{\"a\\nb\":1}}}}", "events[0].measurements", "control character" },
        { $"{{{Metric},\"measurements\":{{\"\\ud800\":1}}}}", "events[0].measurements", "surrogate" },
        { $"{{{Metric},\"measurements\":{{\"{new string('n', 251)}\":1}}}}", "events[0].measurements", "INGEST__MAX_NAME_LENGTH" },
        {
            $"{{{Metric},\"measurements\":{{{string.Join(',', Enumerable.Range(0, 1001).Select(n => $"\"m{n}\":1"))}}}}}",
            "events[0].measurements", "INGEST__MAX_MEASUREMENTS"
        },
        { $"{{\"event\":\"ml.run.start\",{Run},{Loss}}}", "events[0].measurements", "send values as ml.run.metric" },

        // Metadata
        { $"{{{Metric},{Loss},\"metadata\":[]}}", "events[0].metadata", "must be an object" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"step\":-1}}}}", "events[0].metadata.step", "must be a whole number from" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"step\":1.5}}}}", "events[0].metadata.step", "must be a whole number from" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"step\":\"7\"}}}}", "events[0].metadata.step", "not a string" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"step\":9223372036854775808}}}}", "events[0].metadata.step", "must be a whole number from" },
        {
            $"{{{Metric},{Loss},\"metadata\":{{\"step\":9007199254740993}}}}",
            "events[0].metadata.step", "from 0 to 9007199254740992 (2^53), not 9007199254740993"
        },
        { $"{{{Metric},{Loss},\"metadata\":{{\"step\":NaN}}}}", "events[0].metadata.step", "not a string" },
        {
            $"{{\"event\":\"ml.run.checkpoint\",{Run},\"metadata\":{{\"path\":\"p\",\"step\":1152921504606846976}}}}",
            "events[0].metadata.step", "(2^53)"
        },
        { $"{{\"event\":\"ml.run.resume\",{Run},\"metadata\":{{\"step\":1152921504606846976}}}}", "events[0].metadata.step", "(2^53)" },
        { $"{{\"event\":\"ml.run.heartbeat\",{Run},\"metadata\":{{\"total_steps\":1e300}}}}", "events[0].metadata.total_steps", "(2^53)" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"step\":1e400}}}}", "events[0].metadata.step", "must be a whole number from" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"epoch\":0.5}}}}", "events[0].metadata.epoch", "must be a whole number from" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"attempt\":0}}}}", "events[0].metadata.attempt", "must be a whole number from" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"attempt\":3000000000}}}}", "events[0].metadata.attempt", "from 1 to 2147483647" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"step\":1,\"step\":2}}}}", "events[0].metadata.step", "given twice" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"mine\":{{\"deep\":[\"\\u0000\"]}}}}}}", "events[0].metadata.mine.deep[0]", "U+0000" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"mine\":\"\\udc00\"}}}}", "events[0].metadata.mine", "surrogate" },
        { $"{{{Metric},{Loss},\"metadata\":{{\"\\ud800\":1}}}}", "events[0].metadata", "surrogate" },
        {
            $"{{{Metric},{Loss},\"metadata\":{{\"mine\":{Nested("[", "]", 40)}}}}}",
            $"events[0].metadata.mine{string.Concat(Enumerable.Repeat("[0]", 31))}", "too deep"
        },
        {
            $"{{{Metric},{Loss},\"metadata\":{{\"mine\":\"{new string('x', 300_000)}\"}}}}",
            "events[0].metadata", "INGEST__MAX_METADATA_BYTES"
        },
        { $"{{{Metric},{Loss},\"source\":\"{new string('x', 257)}\"}}", "events[0].source", "at most 256" },
        { $"{{{Metric},{Loss},\"source\":{{}}}}", "events[0].source", "must be a string, not an object" },

        // What each kind needs
        { $"{{\"event\":\"ml.run.start\",{Run},\"tags\":7}}", "events[0].tags", "object of strings" },
        { $"{{\"event\":\"ml.run.start\",{Run},\"tags\":{{\"a\":1}}}}", "events[0].tags", "must have strings for names and values" },
        { $"{{\"event\":\"ml.run.start\",{Run},\"tags\":{{\"a\":\"\\ud800\"}}}}", "events[0].tags.a", "surrogate" },
        { $"{{\"event\":\"ml.run.start\",{Run},\"metadata\":{{\"tags\":{{\"\":\"x\"}}}}}}", "events[0].metadata.tags", "names of 1 to" },
        {
            $"{{\"event\":\"ml.run.start\",{Run},\"metadata\":{{\"spectral_norm\":\"yes\"}}}}",
            "events[0].metadata.spectral_norm", "true or false"
        },
        { $"{{\"event\":\"ml.run.start\",{Run},\"metadata\":{{\"name\":5}}}}", "events[0].metadata.name", "must be a string" },
        { $"{{\"event\":\"ml.run.stop\",{Run},\"metadata\":{{\"success\":\"true\"}}}}", "events[0].metadata.success", "true or false" },
        {
            $"{{\"event\":\"ml.run.stop\",{Run},\"metadata\":{{\"success\":true,\"status\":\"failed\"}}}}",
            "events[0].metadata.status", "contradicts"
        },
        {
            $"{{\"event\":\"ml.run.stop\",{Run},\"metadata\":{{\"epochs\":-5}}}}",
            "events[0].metadata.epochs", "must be a whole number from"
        },
        { $"{{\"event\":\"ml.run.checkpoint\",{Run},\"metadata\":{{\"step\":1}}}}", "events[0].metadata.path", "is required" },
        {
            $"{{\"event\":\"ml.run.checkpoint\",{Run},\"metadata\":{{\"path\":\"p\",\"is_best\":1}}}}",
            "events[0].metadata.is_best", "true or false"
        },
        { $"{{\"event\":\"ml.run.artifact\",{Run}}}", "events[0].metadata.path", "is required" },
        { $"{{\"event\":\"ml.run.artifact\",{Run},\"metadata\":{{\"path\":\"\"}}}}", "events[0].metadata.path", "is required" },
        {
            $"{{\"event\":\"ml.run.artifact\",{Run},\"metadata\":{{\"path\":\"p\",\"sha256\":\"abc\"}}}}",
            "events[0].metadata.sha256", "64 hexadecimal"
        },
        { $"{{\"event\":\"ml.run.log\",{Run},\"metadata\":{{\"level\":\"info\"}}}}", "events[0].metadata.message", "is required" },
        {
            $"{{\"event\":\"ml.run.log\",{Run},\"metadata\":{{\"level\":\"loud\",\"message\":\"m\"}}}}",
            "events[0].metadata.level", "debug, info"
        },
        {
            $"{{\"event\":\"ml.run.log\",{Run},\"metadata\":{{\"message\":\"{new string('x', 65_537)}\"}}}}",
            "events[0].metadata.message", "at most 65536"
        },
        {
            $"{{\"event\":\"ml.run.heartbeat\",{Run},\"metadata\":{{\"expect_next_in\":-1}}}}",
            "events[0].metadata.expect_next_in", "from 0"
        },
        { $"{{\"event\":\"ml.run.heartbeat\",{Run},\"metadata\":{{\"eta_seconds\":1e999}}}}", "events[0].metadata.eta_seconds", "from 0" },
        { $"{{\"event\":\"ml.run.resume\",{Run}}}", "events[0].metadata.step", "is required" },
        { "{\"event\":\"ml.system.metric\"}", "events[0].measurements", "at least one" },
    };

    private static string Nested(string open, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + string.Concat(Enumerable.Repeat(close, depth));
}
