//! A command in a Pod, as the API server tells of it: a conversation by WebSocket, each message of one channel.

use super::http::{How, Reply, Request};
use tungstenite::handshake::derive_accept_key;

/// Not a channel, but the end of the conversation.
pub(crate) const CLOSE: u8 = 255;

/// Says all of this, with the empty message first that opens each channel.
pub(super) fn conversation(request: &Request, messages: &[(u8, String)]) -> Reply {
    let opened = [1, 2, 3].into_iter().flat_map(|channel| frame(channel, ""));
    let said = messages.iter().flat_map(|(channel, text)| frame(*channel, text));
    let headers = [
        ("upgrade", "websocket".to_owned()),
        ("connection", "Upgrade".to_owned()),
        ("sec-websocket-accept", derive_accept_key(request.socket_key.as_bytes())),
        ("sec-websocket-protocol", "v5.channel.k8s.io".to_owned()),
    ];
    Reply { code: 101, headers: headers.into(), body: opened.chain(said).collect(), how: How::Socket }
}

/// A binary message in one frame, unmasked as those of a server are.
fn frame(channel: u8, text: &str) -> Vec<u8> {
    if channel == CLOSE {
        return vec![0x88, 0];
    }
    let length = u64::try_from(text.len() + 1).unwrap();
    let mut bytes = vec![0x82, 127];
    bytes.extend(length.to_be_bytes());
    bytes.push(channel);
    bytes.extend(text.bytes());
    bytes
}
