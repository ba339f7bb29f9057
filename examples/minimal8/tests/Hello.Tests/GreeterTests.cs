using Hello.Web;

namespace Hello.Tests;

public sealed class GreeterTests
{
    [Theory]
    [InlineData("World", "Hello, World!")]
    [InlineData("  World ", "Hello, World!")]
    public void Greets_by_trimmed_name(string name, string expected)
    {
        Assert.True(Greeter.TryGreet(name, out var greeting));
        Assert.Equal(expected, greeting);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void Refuses_a_blank_name(string name)
    {
        Assert.False(Greeter.TryGreet(name, out var greeting));
        Assert.Null(greeting);
    }

    [Fact]
    public void Limits_the_length_of_a_name()
    {
        Assert.True(Greeter.TryGreet(new string('x', Greeter.MaxNameLength), out _));
        Assert.False(Greeter.TryGreet(new string('x', Greeter.MaxNameLength + 1), out _));
    }
}
