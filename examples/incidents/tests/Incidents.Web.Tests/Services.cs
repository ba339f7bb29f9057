namespace Incidents.Web.Tests;

/// <summary>Real services, for tests that mean nothing without them.</summary>
internal static class Services
{
    public static string Postgres() => Require("ConnectionStrings__Incidents", "PostgreSQL");

    public static string Redis() => Require("ConnectionStrings__Redis", "Redis");

    private static string Require(string variable, string service)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(value), $"Needs {service}: set {variable}.");
        return value!;
    }
}
