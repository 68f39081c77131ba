using Exchange.Hosting.Credentials;

namespace Exchange.Hosting.Tests.Credentials;

public sealed class ClientSecretTests
{
    [Fact]
    public void Verify_OwnSecret_True()
    {
        var secret = ClientSecret.Generate();

        Assert.True(ClientSecret.Verify(secret, ClientSecret.Hash(secret)));
    }

    [Fact]
    public void Verify_OtherSecret_False() => Assert.False(ClientSecret.Verify(ClientSecret.Generate(), ClientSecret.Hash(ClientSecret.Generate())));

    [Fact]
    public void Verify_UnknownClient_False()
    {
        Assert.False(ClientSecret.Verify(ClientSecret.Generate(), null));
        Assert.False(ClientSecret.Verify("", null));
    }

    [Fact]
    public void Verify_TooLong_False() => Assert.False(ClientSecret.Verify(new string('x', ClientSecret.MaximumLength + 1), ClientSecret.Hash(ClientSecret.Generate())));

    [Fact]
    public void Hash_Twice_DifferentSalts()
    {
        var secret = ClientSecret.Generate();

        Assert.NotEqual(ClientSecret.Hash(secret), ClientSecret.Hash(secret));
    }

    [Fact]
    public void Hash_Always_HoldsNothingOfTheSecret()
    {
        var secret = ClientSecret.Generate();

        Assert.DoesNotContain(secret[..8], ClientSecret.Hash(secret), StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_TooShort_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => ClientSecret.Hash("short"));

    [Theory]
    [InlineData("plain")]
    [InlineData("pbkdf2-sha512$0$AA$AA")]
    [InlineData("md5$1$AA$AA")]
    public void Verify_ForeignHash_Throws(string stored) => Assert.Throws<FormatException>(() => ClientSecret.Verify(ClientSecret.Generate(), stored));
}
