namespace Trainyard.RunFormats.Tests;

public class SourceReportTests
{
    [Fact]
    public void Values_that_break_a_rule_are_one_notice_per_rule_and_file()
    {
        var report = new SourceReport();
        for (var step = 1; step <= 1000; step++)
        {
            report.LeaveOut("a step must be positive", $"-{step}", "loss", "a/events.1");
            report.LeaveOut("a step must be positive", $"-{step}", "accuracy", "a/events.1");
        }
        report.LeaveOut("a step must be positive", "-5", new string('n', 41), "a/events.2", count: 3);
        report.LeaveOut("a name has 1 to 250 characters", "0", "", file: null);
        report.Add("A sentence.");

        Assert.Equal(
            [
                "A sentence.",
                "2000 values left out: a step must be positive, not -1 (first: 'loss' in a/events.1).",
                $"3 values left out: a step must be positive, not -5 (first: '{new string('n', 40)}…' in a/events.2).",
                "1 values left out: a name has 1 to 250 characters, not 0 (first: '').",
            ],
            report.Notices);
        Assert.Equal(0, report.Ignored);
    }

    [Fact]
    public void The_number_of_reasons_is_limited()
    {
        var report = new SourceReport();
        for (var number = 0; number < 60; number++)
        {
            report.Ignore($"values of the plugin '{number}'");
        }
        report.Ignore("values of the plugin '0'");

        Assert.Equal(61, report.Ignored);
        Assert.Equal(51, report.Notices.Count());
        Assert.Equal("2 values of the plugin '0' left out: Trainyard does not store them.", report.Notices.First());
        Assert.Equal("10 things left out: for reasons like the above.", report.Notices.Last());
    }
}
