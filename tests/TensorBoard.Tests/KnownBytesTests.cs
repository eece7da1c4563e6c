namespace Trainyard.TensorBoard.Tests;

/// <summary>Records as TensorBoard's own Python code serializes and frames them.</summary>
public class KnownBytesTests
{
    private static readonly DateTimeOffset Started = DateTimeOffset.FromUnixTimeMilliseconds(1_760_000_000_500);
    private static readonly DateTimeOffset Later = DateTimeOffset.FromUnixTimeMilliseconds(1_760_000_001_250);

    private static readonly (LogEvent Event, string Record)[] Known =
    [
        (LogEvent.Version(Started), "1800000000000000a37f4b220900002000de39da411a0d627261696e2e4576656e743a326e7f1f27"),
        (LogEvent.SessionStart(Started, 7), "0f000000000000006d532b090900002000de39da4110073a0208010e032aee"),
        (LogEvent.Of(Later, 300, new ScalarValue("train/loss", 0.5)),
            "2100000000000000017becf60900005000de39da4110ac022a130a110a0a747261696e2f6c6f7373150000003f654a8b9b"),
        (LogEvent.Of(DateTimeOffset.UnixEpoch, -1, new ScalarValue("x", 0)),
            "1700000000000000e7cef81e10ffffffffffffffffff012a0a0a080a017815000000006f211585"),
        (LogEvent.Of(Later, 300, new ScalarValue("val/loss", 1.5, ScalarForm.Float32Tensor)),
            "3500000000000000d6c55de60900005000de39da4110ac022a270a250a0876616c2f6c6f7373420a080112002a040000c03f"
            + "4a0d0a090a077363616c6172732001ea47bec9"),
        (LogEvent.Of(Later, 2, new TextValue("notes", "héllo")),
            "300000000000000095f5d05f0900005000de39da4110022a230a210a056e6f746573420c08071200420668c3a96c6c6f4a0a"
            + "0a060a047465787420020c9015b5"),
        (new LogEvent(5, 0) { Values = [new HyperparameterExperiment(new Dictionary<string, HyperparameterValue>
            {
                ["lr"] = HyperparameterValue.Of(0.0),
                ["opt"] = HyperparameterValue.Of(""),
            }, ["val/loss"], 5)] },
            "6600000000000000723b876a0900000000000014402a5b0a590a145f68706172616d735f2f6578706572696d656e74420608"
            + "01120212004a390a350a0768706172616d73122a122819000000000000144022060a026c72200322070a036f707420012a0c"
            + "0a0a120876616c2f6c6f7373200292b243fd"),
        (new LogEvent(5, 0) { Values = [new HyperparameterSessionStart(new Dictionary<string, HyperparameterValue>
            {
                ["lr"] = HyperparameterValue.Of(0.001),
                ["opt"] = HyperparameterValue.Of("adam"),
                ["sn"] = HyperparameterValue.Of(true),
            }, 5, "g")] },
            "7c00000000000000c9e3c7c80900000000000014402a710a6f0a1c5f68706172616d735f2f73657373696f6e5f7374617274"
            + "5f696e666f42060801120212004a470a430a0768706172616d7312381a360a0f0a026c72120911fca9f1d24d62503f0a0d0a"
            + "036f707412061a046164616d0a080a02736e120220012201672900000000000014402002d9f41746"),
        (new LogEvent(6, 0) { Values = [new HyperparameterSessionEnd(HyperparameterStatus.Success, 6)] },
            "4f000000000000006c474f930900000000000018402a440a420a1a5f68706172616d735f2f73657373696f6e5f656e645f69"
            + "6e666f42060801120212004a1c0a180a0768706172616d73120d220b0801110000000000001840200217e97916"),
    ];

    [Fact]
    public async Task Events_are_written_as_TensorBoard_writes_them()
    {
        foreach (var (one, record) in Known.Skip(1))
        {
            using var written = new MemoryStream();
            await using (var writer = new EventFileWriter(written, Started, leaveOpen: true))
            {
                await writer.WriteAsync(one, TestContext.Current.CancellationToken);
            }
            Assert.Equal(Known[0].Record + record, Convert.ToHexStringLower(written.ToArray()));
        }
    }

    [Fact]
    public async Task Events_TensorBoard_wrote_are_read()
    {
        var file = Convert.FromHexString(string.Concat(Known.Select(known => known.Record)));

        var read = await EventFiles.ReadAsync(file);

        Assert.Equal(LogEvent.CurrentVersion, read[0].FileVersion);
        Assert.Equal((7, SessionStatus.Start), (read[1].Step, read[1].Session));
        Assert.Equal((Later, 300, new ScalarValue("train/loss", 0.5)), (read[2].Time, read[2].Step, Assert.Single(read[2].Values)));
        Assert.Equal((-1, new ScalarValue("x", 0)), (read[3].Step, Assert.Single(read[3].Values)));
        Assert.Equal(new ScalarValue("val/loss", 1.5, ScalarForm.Float32Tensor), Assert.Single(read[4].Values));
        Assert.Equal(new TextValue("notes", "héllo"), Assert.Single(read[5].Values));
        var experiment = Assert.IsType<HyperparameterExperiment>(Assert.Single(read[6].Values));
        Assert.Equal(["lr", "opt"], experiment.Hyperparameters.Keys);
        Assert.Equal(["val/loss"], experiment.Metrics);
        var session = Assert.IsType<HyperparameterSessionStart>(Assert.Single(read[7].Values));
        Assert.Equal((0.001, "adam", true, "g"),
            (session.Hyperparameters["lr"].Number, session.Hyperparameters["opt"].Text, session.Hyperparameters["sn"].Flag, session.Group));
        Assert.Equal(new HyperparameterSessionEnd(HyperparameterStatus.Success, 6), Assert.Single(read[8].Values));
    }

    [Theory]
    // RFC 3720, appendix B.4.
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8a9136aau)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 0x62a8ab43u)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0x46dd794eu)]
    [InlineData("313233343536373839", 0xe3069283u)]
    public void Checksums_are_those_of_the_standard(string bytes, uint checksum) =>
        Assert.Equal(checksum, Wire.Crc32C.Of(Convert.FromHexString(bytes)));
}
