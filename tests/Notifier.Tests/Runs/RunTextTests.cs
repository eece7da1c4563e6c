using Trainyard.Contracts.Runs;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Runs;

namespace Trainyard.Notifier.Tests.Runs;

public sealed class RunTextTests
{
    [Fact]
    public void A_run_is_a_bar_figures_a_table_and_facts()
    {
        var events = new Events("run-1");
        var run = new RunProgress { RunId = "run-1" }
            .After(events.Started()).After(events.Epoch(1, 2.5)).After(events.Epoch(2, 2)).After(events.Best(2, 2.25))
            .After(events.Batch(3, 50));

        Assert.Equal("[████████████░░░░░░░░] 62.5 %", RunText.Bar(run));
        Assert.Equal(["epoch 3/4 · batch 50/100", "loss 2.5 · epoch mean 2.6 · 812 samples/s"], RunText.Figures(run));
        Assert.Equal(
            """
              epoch    train      val      ppl     time
                  1      2.5     2.75  15.6426     0:35
            ★     2        2     2.25   9.4877     0:35
            """.ReplaceLineEndings("\n"),
            RunText.Table(run, 12));
        Assert.Equal(["★ best in epoch 2: val loss 2.25"], RunText.Facts(run));
    }

    [Fact]
    public void The_best_epoch_stays_in_a_short_table()
    {
        var events = new Events("run-1");
        var run = Enumerable.Range(1, 40).Aggregate(
            new RunProgress { RunId = "run-1" }.After(events.Best(3, 1)), (known, epoch) => known.After(events.Epoch(epoch, epoch)));

        var table = RunText.Table(run, 5).Split('\n');

        Assert.Equal(6, table.Length);
        Assert.StartsWith("★     3", table[1], StringComparison.Ordinal);
        Assert.StartsWith("     40", table[5], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(0.00001, "1.00e-5")]
    [InlineData(123456789, "1.23e+8")]
    [InlineData(2.34567, "2.3457")]
    [InlineData(0, "0")]
    public void Numbers_are_short(double value, string expected) => Assert.Equal(expected, RunText.Number(value));

    [Fact]
    public void Late_events_of_an_earlier_attempt_change_nothing_and_a_late_upload_does_not_bring_a_run_back()
    {
        var (first, second) = (new Events("run-1"), new Events("run-1", attempt: 2));
        var run = new RunProgress { RunId = "run-1" }.After(second.Started()).After(second.Epoch(1, 2)).After(second.Completed());

        Assert.Same(run, run.After(first.Epoch(9, 1)));
        var later = run.After(second.Upload()).After(second.Batch(2, 1));
        Assert.Equal((RunStatus.Completed, 201), (later.Status, later.Upload?.Status));
    }

    [Fact]
    public void What_a_program_reports_in_place_of_a_code_is_left_out() =>
        Assert.Equal(("UNKNOWN", "MODEL_TRAIN_FAILED"), (RunText.CodeOf("can't read /home"), RunText.CodeOf("MODEL_TRAIN_FAILED")));
}
