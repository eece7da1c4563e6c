using System.Buffers;
using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Json;

namespace Trainyard.Contracts.Tests;

public class NonFiniteLiteralsTests
{
    [Theory]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("""{"a":NaN}""", """{"a":"NaN"}""")]
    [InlineData("""{"a": Infinity , "b":-Infinity}""", """{"a": "Infinity" , "b":"-Infinity"}""")]
    [InlineData("[NaN,-1,-Infinity,[Infinity]]", """["NaN",-1,"-Infinity",["Infinity"]]""")]
    [InlineData("""{"NaN":1,"b":"NaN, -Infinity","c":"\\","d":NaN}""", """{"NaN":1,"b":"NaN, -Infinity","c":"\\","d":"NaN"}""")]
    [InlineData("""{"a":{"b":[1,{"c":NaN}]},"d":"\""}""", """{"a":{"b":[1,{"c":"NaN"}]},"d":"\""}""")]
    [InlineData("{\"a\":NaN}\n{\"a\":NaN}\n", "{\"a\":\"NaN\"}\n{\"a\":\"NaN\"}\n")]
    public void A_literal_where_a_value_may_stand_is_quoted(string text, string quoted) => Assert.Equal(quoted, Quote(text));

    [Theory]
    [InlineData("{NaN:1}")]
    [InlineData("""{"a":1,NaN:2}""")]
    [InlineData("""{"a":NaNs}""")]
    [InlineData("""{"a":Nan}""")]
    [InlineData("""{"a":Infinit""")]
    [InlineData("""{"a":-Infinityx}""")]
    [InlineData("""{"a":--Infinity}""")]
    [InlineData("""{"a":1 NaN}""")]
    [InlineData("")]
    public void What_is_no_such_value_stays_as_it_is(string text) => Assert.Equal(text, Quote(text));

    [Fact]
    public void Parts_of_any_length_give_the_same_text()
    {
        var random = new Random(7);
        string[] pieces = ["NaN", "Infinity", "-Infinity", "-1", "\"NaN\"", "\"a\\\\\"", "{", "}", "[", "]", ",", ":", " ", "\n", "Na",
            "-Inf", "\"x\":", "1.5e3"];
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));

            Assert.Equal(Quote(text), Quote(text, random));
        }
    }

    [Fact]
    public void Json_without_literals_is_never_changed()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var text = JsonSerializer.Serialize(Value(random, 5));

            Assert.Equal(text, Quote(text, random));
        }
    }

    private static object? Value(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => null,
        1 => random.NextDouble() - 0.5,
        2 => "NaN, \"Infinity\" \\ -Infinity"[..random.Next(28)],
        3 => random.Next(2) == 0,
        4 => -random.Next(),
        5 => Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1)).ToList(),
        _ => Enumerable.Range(0, random.Next(4)).ToDictionary(index => $"NaN{index}", _ => Value(random, depth - 1)),
    };

    private static string Quote(string text, Random? parts = null)
    {
        var (literals, target, bytes) = (new NonFiniteLiterals(), new ArrayBufferWriter<byte>(), Encoding.UTF8.GetBytes(text));
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, parts?.Next(1, 4) ?? bytes.Length);
            literals.Write(bytes.AsSpan(at, length), target);
            at += length;
        }
        literals.Complete(target);
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }
}
