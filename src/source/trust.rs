//! Whose certificates are believed: those that the machine believes, so that a company's own authority works here as in any
//! other program. `SSL_CERT_FILE` and `SSL_CERT_DIR` name others in their place, as everywhere.

use std::io;

use rustls_native_certs::{CertificateResult, load_native_certs};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// What a connection is checked against. On a machine that holds no certificates, Mozilla's that were built in.
///
/// # Errors
/// There are certificates, and none of them can be read.
pub(super) fn tls() -> io::Result<TlsConfig> {
    let CertificateResult { certs, errors, .. } = load_native_certs();
    for error in &errors {
        tracing::warn!(%error, "certificates that cannot be read");
    }
    let roots = match errors.first() {
        Some(error) if certs.is_empty() => {
            let text = format!("no certificate to check the server by: {error}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        None if certs.is_empty() => RootCerts::WebPki,
        _ => {
            let certificates = certs.iter().map(|der| Certificate::from_der(der).to_owned());
            certificates.collect::<Vec<_>>().into()
        }
    };
    Ok(TlsConfig::builder().root_certs(roots).build())
}
