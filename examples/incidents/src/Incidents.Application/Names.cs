using Incidents.Domain;

namespace Incidents.Application;

/// <summary>Enum values as the API spells them: lower case, and never a number.</summary>
internal static class Names
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        var name = value.ToString();
        return string.Concat(name[..1].ToLowerInvariant(), name[1..]);
    }

    public static TEnum Parse<TEnum>(string field, string? name)
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (string.Equals(value.ToString(), name?.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var known = string.Join(", ", Enum.GetValues<TEnum>().Select(Of));
        throw new InvalidInputException(field, $"The {field} must be one of: {known}.");
    }
}
