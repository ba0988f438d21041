//! Whose certificates are believed: those that the machine believes, so that a company's own authority works here as in any
//! other program. `SSL_CERT_FILE` and `SSL_CERT_DIR` name others in their place, as everywhere.

use std::io;

use rustls_native_certs::{CertificateResult, load_native_certs};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// What a connection is checked against. On a machine that holds no certificates, Mozilla's that were built in.
///
/// # Errors
/// A file or folder that the environment names gives no certificate.
pub(super) fn tls() -> io::Result<TlsConfig> {
    let roots = roots(load_native_certs(), is_named())?;
    Ok(TlsConfig::builder().root_certs(roots).build())
}

/// Whether the environment says where certificates are.
fn is_named() -> bool {
    ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| std::env::var_os(name).is_some())
}

fn roots(found: CertificateResult, is_named: bool) -> io::Result<RootCerts> {
    for error in &found.errors {
        tracing::warn!(%error, "certificates that cannot be read");
    }
    if !found.certs.is_empty() {
        let certificates = found.certs.iter().map(|der| Certificate::from_der(der).to_owned());
        return Ok(certificates.collect::<Vec<_>>().into());
    }
    if is_named {
        let why = found.errors.first().map_or(String::new(), |error| format!(": {error}"));
        let text = format!("SSL_CERT_FILE or SSL_CERT_DIR gives no certificate{why}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    Ok(RootCerts::WebPki)
}
