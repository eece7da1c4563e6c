using System.Text;
using Trainyard.EventIngest.Tests.Hosting;

namespace Trainyard.EventIngest.Tests;

/// <summary>Tests that look at the memory of the whole process, so no others may run beside them.</summary>
[CollectionDefinition(nameof(MemoryIsMeasured), DisableParallelization = true)]
public sealed class MemoryIsMeasured;

/// <summary>Seeded damage to good bodies: whatever arrives, the answer is a known refusal or, by luck, an acceptance.</summary>
[Collection(nameof(MemoryIsMeasured))]
public sealed class MalformedBodiesTests(SharedIngest shared) : IClassFixture<SharedIngest>
{
    private const int Bodies = 1000;

    private static readonly string[] Scraps =
    [
        "1e999", "-", "\"\\ud800\"", "\"\\u0000\"", "null", "true", "{}", "[]", "[[[[", "}}", "\"", "\\", ",", ":",
        "99999999999999999999", "\"NaN\"", "NaN", "{\"a\":", "\u0000", "\uFEFF", "//", "'", "é",
    ];

    private static readonly string[] Good =
    [
        """
        {"event":"ml.run.metric","event_id":"0199b6a5-3f1e-7c3a-9d57-0f8f4f1c2a11","trial_id":"abc-123","model_run_id":"run-456",
         "timestamp":"2025-10-05T12:34:56.789Z","source":"job","metadata":{"epoch":10,"mine":[1,{"a":"b"}]},
         "measurements":{"train_loss":0.123,"nan":"NaN"}}
        """,
        """
        {"event":["thunderline","ml","run","start"],"trial_id":"r",
         "metadata":{"spectral_norm":true,"hyperparams":{"lr":[1e-3,{"deep":null}]},"name":"n","tags":["a","b"]}}
        """,
        """
        [{"event":"ml.run.stop","trial_id":"r","metadata":{"status":"success","epochs":5},"measurements":{"duration_ms":1500}},
         {"event":"ml.run.log","trial_id":"r","metadata":{"level":"info","message":"hello\nworld \u00e9"}}]
        """,
    ];

    [Fact]
    public async Task Damaged_bodies_are_refused_with_a_code_and_hurt_nobody()
    {
        var random = new Random(20251005);
        var ingest = shared.Host;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var index = 0; index < Bodies; index++)
        {
            var plain = Damage(Encoding.UTF8.GetBytes(Good[random.Next(Good.Length)]), random);
            var encoding = random.Next(4) switch { 0 => "gzip", 1 => "zstd", _ => null };
            var body = encoding is null ? plain : Damage(Compression.Compress(plain, encoding), random, scraps: false);
            var type = random.Next(5) == 0 ? "application/x-ndjson" : "application/json";

            using var response = await ingest.PostAsync(body, type, encoding);

            if ((int)response.StatusCode != 202)
            {
                var problem = await ReadProblem.FromAsync(response);
                Assert.True(
                    problem.Code is "EVENT_INVALID" or "PAYLOAD_TOO_LARGE", $"body {index}: {problem} for {Convert.ToBase64String(body)}");
            }
        }

        Assert.Equal(1, await ingest.AcceptedAsync(Good[0]));
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(kept < 20 << 20, $"{kept} bytes are still held.");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task A_bomb_is_refused_as_soon_as_it_passes_the_limit(string encoding)
    {
        var bomb = Compression.Bomb(1L << 30, encoding);
        Assert.True(bomb.Length < 2 << 20, $"{bomb.Length} bytes");
        var before = GC.GetTotalAllocatedBytes();

        using var response = await shared.Host.PostAsync(bomb, encoding: encoding);

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((413, "PAYLOAD_TOO_LARGE"), (problem.Status, problem.Code));
        Assert.Contains("INGEST__MAX_DECODED_BYTES", problem.Message, StringComparison.Ordinal);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 400 << 20, "A gigabyte must not be decompressed.");
    }

    private static byte[] Damage(byte[] body, Random random, bool scraps = true)
    {
        var damaged = body.ToList();
        for (var wounds = random.Next(1, 4); wounds > 0 && damaged.Count > 0; wounds--)
        {
            var at = random.Next(damaged.Count);
            switch (random.Next(scraps ? 6 : 4))
            {
                case 0:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged.RemoveAt(at);
                    break;
                case 3:
                    damaged.InsertRange(at, damaged.GetRange(at, Math.Min(random.Next(1, 200), damaged.Count - at)));
                    break;
                case 4:
                    damaged.InsertRange(at, Encoding.UTF8.GetBytes(Scraps[random.Next(Scraps.Length)]));
                    break;
                default:
                    ReplaceValue(
                        damaged,
                        at,
                        Encoding.UTF8.GetBytes(random.Next(8) == 0 ? new string('[', 5000) : Scraps[random.Next(Scraps.Length)]));
                    break;
            }
        }
        return [.. damaged];
    }

    /// <summary>Puts a scrap in place of the value behind the next colon: damage that is still mostly JSON.</summary>
    private static void ReplaceValue(List<byte> body, int at, byte[] scrap)
    {
        if (body.IndexOf((byte)':', at) is >= 0 and var colon)
        {
            var end = body.FindIndex(colon + 1, character => character is (byte)',' or (byte)'}');
            body.RemoveRange(colon + 1, (end < 0 ? body.Count : end) - colon - 1);
            body.InsertRange(colon + 1, scrap);
        }
    }
}
