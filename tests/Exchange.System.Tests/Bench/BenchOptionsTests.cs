using Exchange.Benchmarks;
using Exchange.Benchmarks.Curves;
using Xunit;

namespace Exchange.System.Tests.Bench;

public sealed class BenchOptionsTests
{
    [Fact]
    public void Parse_FlagsAmongValues_TakesBoth()
    {
        var options = BenchOptions.Parse(["--save", "--only", "look-up", "--long", "--rows", "5000"], out var problem);

        Assert.Null(problem);
        Assert.True(options!.Save && options.Long);
        Assert.Equal("look-up", options.Only);
        Assert.Equal(5000, options.Rows);
    }

    [Theory]
    [InlineData("--rows", "10")]
    [InlineData("--pairs", "none")]
    [InlineData("--unknown", "1")]
    public void Parse_WhatItDoesNotTake_NamesIt(string name, string value)
    {
        Assert.Null(BenchOptions.Parse([name, value], out var problem));
        Assert.Equal($"{name} {value}", problem);
    }

    [Fact]
    public void Named_WholeName_IsThatRowAlone() => Assert.Equal(["end to end"], Benches.Named("end to end").Select(p => p.Name));

    [Fact]
    public void Named_Several_AreTheRowsOfEach() =>
        Assert.Equal(["end to end", "verification"], Benches.Named("end to end; verification").Select(p => p.Name));

    [Fact]
    public void Named_Beginning_IsAllThatBeginSo() => Assert.Equal(Benches.Promises.Count(p => p.Name.StartsWith("end to end,", StringComparison.Ordinal)), Benches.Named("end to end,").Count);

    [Fact]
    public void Names_OfRowsAndCurves_AreUnique()
    {
        string[] names = [.. Benches.Promises.Select(p => p.Name), .. AllCurves.All.Select(c => c.FullName)];

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
