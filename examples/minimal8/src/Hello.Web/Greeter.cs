using System.Diagnostics.CodeAnalysis;

namespace Hello.Web;

public static class Greeter
{
    public const int MaxNameLength = 40;

    public static bool TryGreet(string name, [NotNullWhen(true)] out string? greeting)
    {
        var trimmed = name.Trim();
        greeting = trimmed.Length is > 0 and <= MaxNameLength ? $"Hello, {trimmed}!" : null;
        return greeting is not null;
    }
}
