//! HTTP/1.1 over TLS or plain, one thread for each connection: just enough for one well-behaved client.

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a client asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// `GET` or `POST`.
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) target: String,
    /// The form of the answer that it asked for.
    pub(crate) accept: String,
    /// Its token.
    pub(crate) authorization: String,
    /// With what it would begin a conversation by WebSocket.
    pub(crate) socket_key: String,
    /// What it sent.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The path without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap().trim_end_matches('/')
    }

    /// One parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let query = self.target.split_once('?')?.1;
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The status code.
    pub(crate) code: u16,
    /// Headers besides the length.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// How the body is sent.
    pub(crate) how: How,
}

/// How a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// As it should be.
    Whole,
    /// No answer at all, the connection stays open.
    Mute,
    /// One byte each so often.
    Drip(Duration),
    /// Half of it, then the connection ends.
    Half,
    /// Nothing but the end of the connection.
    Reset,
    /// The body is what is said in a conversation, which is then left without an end.
    Socket,
    /// The body is an element of a list, told again and again until so many bytes have been sent: nobody holds them.
    Again(u64),
}

/// Answers the requests of one connection until it ends.
pub(super) fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, sent: &AtomicU64, answer: &dyn Fn(Request) -> Reply) {
    let _ = stream.set_nodelay(true);
    // Errors are the client's leave-taking: a deadline of its own, a certificate that it does not trust.
    let _ = match tls {
        Some(config) => converse(StreamOwned::new(ServerConnection::new(config).unwrap(), stream), sent, answer),
        None => converse(stream, sent, answer),
    };
}

fn converse(stream: impl Read + Write, sent: &AtomicU64, answer: &dyn Fn(Request) -> Reply) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream)? {
        let reply = answer(request);
        if reply.how == How::Mute {
            // Until the client gives up.
            return io::copy(&mut stream, &mut io::sink()).map(drop);
        }
        if reply.how == How::Reset {
            return Ok(());
        }
        write(stream.get_mut(), &reply, sent)?;
        if reply.how == How::Socket {
            return io::copy(&mut stream, &mut io::sink()).map(drop);
        }
        if reply.how != How::Whole {
            return Ok(());
        }
    }
    Ok(())
}

fn read(stream: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let mut next = || words.next().unwrap_or_default().to_owned();
    let (method, target, none) = (next(), next(), String::new);
    let mut request = Request { method, target, accept: none(), authorization: none(), socket_key: none(), body: Vec::new() };
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "accept" => request.accept = value.to_owned(),
            "authorization" => request.authorization = value.to_owned(),
            "sec-websocket-key" => request.socket_key = value.to_owned(),
            "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    request.body = vec![0; length];
    stream.read_exact(&mut request.body)?;
    Ok(Some(request))
}

fn write(stream: &mut impl Write, reply: &Reply, sent: &AtomicU64) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Said\r\n", reply.code);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut put = |bytes: &[u8]| {
        sent.fetch_add(u64::try_from(bytes.len()).unwrap(), Ordering::Relaxed);
        stream.write_all(bytes).and_then(|()| stream.flush())
    };
    if let How::Again(bytes) = reply.how {
        put(format!("{head}connection: close\r\n\r\n").as_bytes())?;
        return again(&mut put, &reply.body, bytes);
    }
    if reply.how == How::Socket {
        return put(format!("{head}\r\n").as_bytes()).and_then(|()| put(&reply.body));
    }
    put(format!("{head}content-length: {}\r\n\r\n", reply.body.len()).as_bytes())?;
    match reply.how {
        How::Drip(pause) => reply.body.iter().try_for_each(|byte| {
            std::thread::sleep(pause);
            put(&[*byte])
        }),
        How::Half => put(&reply.body[..reply.body.len() / 2]),
        How::Whole | How::Mute | How::Reset | How::Socket | How::Again(_) => put(&reply.body),
    }
}

fn again(put: &mut impl FnMut(&[u8]) -> io::Result<()>, element: &[u8], bytes: u64) -> io::Result<()> {
    put(br#"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1000"},"items":["#)?;
    let mut block = element.to_vec();
    while block.len() < 64 * 1024 {
        block.push(b',');
        block.extend_from_slice(element);
    }
    put(&block)?;
    block.insert(0, b',');
    for _ in 0..bytes / u64::try_from(block.len()).unwrap() {
        put(&block)?;
    }
    put(b"]}")
}
